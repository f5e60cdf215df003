using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>The values that an expression is evaluated at: a matrix for each variable, and the inputs.</summary>
public sealed class Environment<T> where T : IEvaluated<T>
{
    private readonly ImmutableDictionary<Variable, Matrix<T>> variables;

    private Environment(ImmutableDictionary<Variable, Matrix<T>> variables, Inputs inputs) =>
        (this.variables, Inputs) = (variables, inputs);

    /// <summary>The packing of the documents, and the columns of indices.</summary>
    public Inputs Inputs { get; }

    /// <summary>The environment of these inputs, without variables.</summary>
    public static Environment<T> Of(Inputs inputs) => new(ImmutableDictionary<Variable, Matrix<T>>.Empty, inputs);

    /// <summary>This environment with the value of one more variable. A wrong shape throws <see cref="ArgumentException"/>.</summary>
    public Environment<T> With(Variable variable, Matrix<T> value)
    {
        var (rows, columns) = (variable.Shape.Rows.In(Inputs.Packing), variable.Shape.Columns);
        return (value.Rows, value.Columns) == (rows, columns)
            ? new(variables.SetItem(variable, value), Inputs)
            : throw new ArgumentException($"{variable.Name} is [{rows}, {columns}] and was given [{value.Rows}, {value.Columns}].");
    }

    /// <summary>A variable's value.</summary>
    public Matrix<T> this[Variable variable] =>
        variables.TryGetValue(variable, out var value) ? value : throw new KeyNotFoundException($"{variable.Name} was given no value.");

    public override string ToString() => string.Join("; ", variables
        .Select(pair => $"{pair.Key.Name} = {pair.Value}").Order(StringComparer.Ordinal).Prepend($"{Inputs}"));
}

/// <summary>The evaluation of expressions. The value computed here defines the meaning of an expression.</summary>
public static class Evaluation
{
    /// <summary>
    /// The value of an expression, for any kind of number that has a value. Plain loops compute it in the order of the Python original.
    /// </summary>
    public static Matrix<T> Evaluate<T>(this Expr expression, Environment<T> environment, CancellationToken cancellation = default)
        where T : IEvaluated<T> => Evaluate([expression], environment, cancellation)[0];

    /// <summary>The values of several expressions. Shared subexpressions are computed once.</summary>
    /// <exception cref="OperationCanceledException">The evaluation is cancelled, which is observed at each node.</exception>
    public static ImmutableArray<Matrix<T>> Evaluate<T>(
        ImmutableArray<Expr> expressions, Environment<T> environment, CancellationToken cancellation = default) where T : IEvaluated<T>
    {
        var order = PostOrder<Expr>.Of(expressions.AsSpan(), cancellation);
        var values = new Matrix<T>[order.Nodes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var shape = order.Nodes[i].Shape;
            var arguments = order.ParentsOf(i).Select(k => values[k]).ToImmutableArray();
            values[i] = order.Nodes[i].Match(
                variable => environment[variable],
                constant => Matrix<T>.Filled(shape.Rows.In(environment.Inputs.Packing), shape.Columns, T.Constant(constant.Value)),
                application => application.Operation.Forward(shape, arguments, environment.Inputs));
        }
        return [.. order.Roots.Select(i => values[i])];
    }
}
