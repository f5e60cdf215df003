using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The gradient of an expression as expressions: under test.</summary>
public delegate GradientMap<Variable, Expr> Transformation(Expr scalar);

/// <summary>Derivatives by expressions.</summary>
public static class Symbols
{
    /// <summary>A formula of numbers as an expression of variables [1, 1].</summary>
    public static (Expr Scalar, ImmutableArray<Variable> Variables) Symbolic(this RandomFormula f)
    {
        var variables = f.Point.Select((_, i) => new Variable($"x{i}", Shape.Scalar)).ToImmutableArray();
        return (f.Nodes<Expr>([.. variables])[^1], variables);
    }

    /// <summary>The values of expressions where variables [1, 1] have the values of a point.</summary>
    public static ImmutableArray<Real> At(
        this ImmutableArray<Variable> variables, ImmutableArray<double> point, params ImmutableArray<Expr> scalars) =>
        variables.At(point, x => new Real(x), scalars);

    /// <summary>The values of expressions at any kind of number, where variables [1, 1] have the values of a point.</summary>
    public static ImmutableArray<T> At<T>(
        this ImmutableArray<Variable> variables, ImmutableArray<double> point, Func<double, T> number, params ImmutableArray<Expr> scalars)
        where T : IEvaluated<T>
    {
        var environment = Enumerable.Range(0, point.Length).Aggregate(Environment<T>.Of(Inputs.None), (bound, i) =>
            bound.With(variables[i], new(1, 1, [number(point[i])])));
        return [.. Evaluation.Evaluate(scalars, environment).Select(value => value[0, 0])];
    }

    /// <summary>The gradient of a formula by transforming its expression.</summary>
    public static ImmutableArray<double> Gradient(this RandomFormula f, Transformation backward)
    {
        var (scalar, variables) = f.Symbolic();
        var gradient = backward(scalar);
        return [.. variables.At(f.Point, [.. variables.Select(x => gradient[x])]).Select(x => x.Plain)];
    }

    /// <summary>The gradient of an expression over matrices by transforming it, entry by entry.</summary>
    public static ImmutableArray<double> Gradient(this MatrixFormula m, Transformation backward)
    {
        var gradient = backward(m.Scalar);
        return m.Evaluate([], [.. m.Variables.Select(x => gradient[x])]);
    }

    /// <summary>The derivative of an expression over matrices along a direction by pushing tangents forward.</summary>
    public static double Jvp(this MatrixFormula m, ImmutableArray<double> direction)
    {
        var tangents = Tangents(m.Variables);
        var pushed = m.Scalar.Jvp(Along(m.Variables, tangents));
        return m.Evaluate([.. m.Split(tangents, direction)], [pushed])[0];
    }

    /// <summary>The Hessian of an expression over matrices times a direction: the gradient of ⟨gradient, v⟩.</summary>
    public static ImmutableArray<double> HessianVector(this MatrixFormula m, ImmutableArray<double> direction, Transformation backward)
    {
        var (tangents, gradient) = (Tangents(m.Variables), backward(m.Scalar));
        var along = m.Variables.Zip(tangents, (x, v) => gradient[x].Dot(v)).Aggregate((sum, term) => sum + term);
        var second = backward(along);
        return m.Evaluate([.. m.Split(tangents, direction)], [.. m.Variables.Select(x => second[x])]);
    }

    /// <summary>The derivative of a GPT's loss along a direction by pushing tangents forward.</summary>
    public static double Jvp(this ModelCase model, ImmutableArray<double> direction)
    {
        var (language, tangents) = (model.Model, Tangents([.. model.Model.Variables]));
        var pushed = language.Loss.Jvp(Along([.. language.Variables], tangents));
        var along = model.Parameters with { Values = direction };
        var bound = language.Bind(model.Parameters.Matrices(x => new Real(x)), model.Batch);
        var environment = tangents.Zip(along.Matrices(x => new Real(x)), (variable, value) => (variable, value))
            .Aggregate(bound, (environment, v) => environment.With(v.variable, v.value));
        return pushed.Evaluate(environment)[0, 0].Plain;
    }

    // A variable for the tangent of each variable.
    private static ImmutableArray<Variable> Tangents(ImmutableArray<Variable> variables) =>
        [.. variables.Select(x => new Variable($"d{x.Name}", x.Shape))];

    private static Dictionary<Variable, Expr> Along(ImmutableArray<Variable> variables, ImmutableArray<Variable> tangents) =>
        variables.Zip(tangents, (x, v) => KeyValuePair.Create(x, (Expr)v)).ToDictionary();

    private static ImmutableArray<double> Evaluate(
        this MatrixFormula m, ImmutableArray<(Variable Variable, Matrix<double> Value)> more, ImmutableArray<Expr> expressions)
    {
        var values = m.Split(m.Variables, m.Point).Concat(more).Select(pair => (pair.Variable, pair.Value.Map(x => new Real(x))));
        return [.. Evaluation.Evaluate(expressions, m.Batch.Bind(values)).SelectMany(value => value.Entries.Select(x => x.Plain))];
    }
}
