using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A function that is an expression of variables, at a point that is the entries of all variables, concatenated.</summary>
/// <param name="Function">The function by plain loops.</param>
/// <param name="Scalar">The function as an expression, [1, 1].</param>
/// <param name="Variables">The variables of the point.</param>
/// <param name="Inputs">The packing and the columns of indices.</param>
public sealed record Expressed(IDifferentiable Function, Expr Scalar, ImmutableArray<Variable> Variables, Inputs Inputs)
{
    /// <summary>The coordinates of the point as free symbols.</summary>
    public ImmutableArray<Modular> Point { get; } = Symbols("x", Function.Point);

    /// <summary>Numbers as free symbols: the place of a number is part of its name.</summary>
    public static ImmutableArray<Modular> Symbols(string name, ImmutableArray<double> numbers) =>
        [.. numbers.Select((x, i) => Modular.Variable($"{name}{i}", x))];

    /// <summary>A formula of numbers, each variable [1, 1].</summary>
    public static Expressed Of(RandomFormula f)
    {
        var (scalar, variables) = f.Symbolic();
        return new(f, scalar, variables, Inputs.None);
    }

    /// <summary>An expression over matrices.</summary>
    public static Expressed Of(MatrixFormula m) => new(m, m.Scalar, m.Variables, m.Batch.Inputs);

    /// <summary>The loss of a model as a function of its parameters.</summary>
    public static Expressed Of(ModelCase model) => new(model.Loss, model.Model.Loss, [.. model.Model.Variables], model.Batch);

    /// <summary>The values of expressions of the variables and of their tangents, entry by entry.</summary>
    public ImmutableArray<Modular> Evaluate(
        ImmutableArray<Expr> expressions, ImmutableArray<Variable> tangents = default, ImmutableArray<Modular> direction = default)
    {
        var environment = Bind(Bind(Environment<Modular>.Of(Inputs), Variables, Point), tangents, direction);
        return [.. Evaluation.Evaluate(expressions, environment).SelectMany(value => value.Entries)];
    }

    /// <summary>A variable for the tangent of each variable.</summary>
    public ImmutableArray<Variable> Tangents() => [.. Variables.Select(x => new Variable($"d{x.Name}", x.Shape))];

    private Environment<Modular> Bind(
        Environment<Modular> environment, ImmutableArray<Variable> variables, ImmutableArray<Modular> entries)
    {
        var start = 0;
        foreach (var variable in variables.IsDefault ? [] : variables)
        {
            var (rows, columns) = (variable.Shape.Rows.In(Inputs.Packing), variable.Shape.Columns);
            environment = environment.With(variable, new(rows, columns, entries.Slice(start, rows * columns)));
            start += rows * columns;
        }
        return environment;
    }
}
