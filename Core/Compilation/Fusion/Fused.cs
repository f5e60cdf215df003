using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

// A fused operation stands for a formula of several operations. One kernel computes the whole formula, in one pass over memory. Definition
// is the formula without fused operations. Pattern finds nodes that may be the last operation of such a formula, and guesses the arguments
// of the formula. The pullback is often a fused operation as well.

/// <summary>A guess that a node computes the formula of this fused operation, applied to these arguments.</summary>
internal sealed record Candidate(Fused Operation, params ImmutableArray<Expr> Arguments)
{
    public bool Equals(Candidate? other) => other is not null && Operation == other.Operation && Arguments.ContentEquals(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Operation, Arguments.Length);
}

/// <summary>An operation that stands for a formula.</summary>
public abstract record Fused : Operation
{
    /// <summary>The formula, applied to <paramref name="x"/>.</summary>
    public abstract Expr Definition(ImmutableArray<Expr> x);

    /// <summary>
    /// The extent of argument <paramref name="k"/>, given the shape of the result and the argument's number of rows. By default, it is the
    /// extent of the result.
    /// </summary>
    protected virtual Extent RowsOf(int k, Shape result, int rows) => result.Rows;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var variables = Variables([.. arguments.Select((x, k) => new Shape(RowsOf(k, shape, x.Rows), x.Columns))]);
        var environment = Environment<T>.Of(inputs);
        for (var k = 0; k < variables.Length; k++) environment = environment.With(variables[k], arguments[k]);
        return Definition(variables.CastArray<Expr>()).Evaluate(environment);
    }

    public override Expr Pullback(Application result, int k, Expr cotangent)
    {
        var variables = Variables([.. result.Arguments.Select(x => x.Shape)]);
        return Bind(variables, result, Definition(variables.CastArray<Expr>()).Vjp(cotangent)[variables[k]]);
    }

    public override Expr Pushforward(Application result, int k, Expr tangent)
    {
        var variables = Variables([.. result.Arguments.Select(x => x.Shape)]);
        var direction = new Dictionary<Variable, Expr> { [variables[k]] = tangent };
        return Bind(variables, result, Definition(variables.CastArray<Expr>()).Jvp(direction));
    }

    private static ImmutableArray<Variable> Variables(ImmutableArray<Shape> shapes) =>
        [.. shapes.Select((shape, k) => new Variable($"x{k}", shape))];

    private static Expr Bind(ImmutableArray<Variable> variables, Application result, Expr expression) => expression.Substitute(
        Enumerable.Range(0, variables.Length).ToDictionary(k => variables[k], k => result.Arguments[k]));
}

/// <summary>
/// A fused operation with several results. Each result is an operation of its own, and these operations differ only in
/// <see cref="Result"/>. One kernel computes all results that have the same arguments.
/// </summary>
public abstract record FusedFamily : Fused
{
    /// <summary>The index of the result in <see cref="Definitions"/>.</summary>
    public int Result { get; init; }

    /// <summary>The formula of each result, applied to <paramref name="x"/>.</summary>
    public abstract ImmutableArray<Expr> Definitions(ImmutableArray<Expr> x);

    public sealed override Expr Definition(ImmutableArray<Expr> x) => Definitions(x)[Result];
}
