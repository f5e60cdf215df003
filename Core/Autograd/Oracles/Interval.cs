using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>
/// A number, and bounds that hold the exact number as well as the one that plain arithmetic computes. So do the bounds of a tangent or a
/// gradient of such numbers. The bounds are a guarantee, and not an estimate, if the functions exp, log and pow of the platform are at
/// most one unit in the last place off, and its tanh at most four, as the sigmoid and softplus that are made of exp and log.
/// </summary>
public readonly record struct Interval(double Plain, Bounds Bounds) : IEvaluated<Interval>
{
    public static Interval Constant(double value) => new(value, Bounds.Of(value));

    // What follows from a number without bounds may be NaN.
    public static Interval Apply<TOp>(TOp op, Interval x) where TOp : struct, IUnaryOp =>
        new(op.Forward(x.Plain), x.Bounds.SayNothing ? Bounds.Everything : op.Forward(x.Bounds));

    public static Interval Apply<TOp>(TOp op, Interval x, Interval y) where TOp : struct, IBinaryOp =>
        new(op.Forward(x.Plain, y.Plain), x.Bounds.SayNothing || y.Bounds.SayNothing ? Bounds.Everything : op.Forward(x.Bounds, y.Bounds));

    public override string ToString() => FormattableString.Invariant($"{Plain} in {Bounds}");
}

/// <summary>The bracket of a function: bounds of its value and of each derivative.</summary>
public sealed record Bracket(Bounds Value, ImmutableArray<Bounds> Gradient)
{
    /// <summary>
    /// The bracket of a function at its point, by the backward pass over a graph of intervals. It holds the exact value and gradient, and
    /// those of the graph of plain numbers.
    /// </summary>
    /// <exception cref="OperationCanceledException">The computation is cancelled.</exception>
    public static Bracket Compute(IDifferentiable f, CancellationToken cancellation = default)
    {
        var leaves = f.Point.Select(x => Value<Interval>.Variable(Interval.Constant(x))).ToImmutableArray();
        var value = f.At(leaves);
        var gradient = value.Backward(cancellation);
        return new(value.Primal.Bounds, [.. leaves.Select(leaf => gradient[leaf].Bounds)]);
    }

    public bool Equals(Bracket? other) => other is not null && Value == other.Value && Gradient.ContentEquals(other.Gradient);

    public override int GetHashCode() => HashCode.Combine(Value, Gradient.Length);
}
