using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// The columns of a matrix in equal groups, side by side: one group for a mean over a row, one a head for a softmax per head.

/// <summary>The sum of each of g groups of columns: [r, g·m] becomes [r, g].</summary>
public sealed class SumGroups(int groups) : Multilinear
{
    public override string Name => $"sum-groups({groups})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => Groups.Infer(arguments[0], groups);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, m) = (arguments[0], arguments[0].Columns / groups);
        return Matrix<T>.Of(x.Rows, groups, (i, g) => Sum.Of(g * m, (g + 1) * m, j => x[i, j]));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.RepeatGroups(result.Arguments[0].Shape.Columns / groups);
}
public static partial class Operations
{
    public static Expr SumGroups(this Expr x, int groups) => new Application(new SumGroups(groups), x);
}

/// <summary>Each column m times over: [r, g] becomes [r, g·m].</summary>
public sealed class RepeatGroups(int size) : Multilinear
{
    public override string Name => $"repeat-groups({size})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0] with { Columns = arguments[0].Columns * size };

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, j) => arguments[0][i, j / size]);

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.SumGroups(result.Arguments[0].Shape.Columns);
}
public static partial class Operations
{
    public static Expr RepeatGroups(this Expr x, int size) => new Application(new RepeatGroups(size), x);
}

/// <summary>The largest number of each of g groups of columns, [r, g·m] to [r, g]: a constant to every derivative (stop-gradient).</summary>
public sealed class LargestOfGroups(int groups) : Operation
{
    public override string Name => $"largest-of-groups({groups})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => Groups.Infer(arguments[0], groups);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, m) = (arguments[0], arguments[0].Columns / groups);
        return Matrix<T>.Of(x.Rows, groups, (i, g) => T.Constant(Enumerable.Range(g * m, m).Max(j => x[i, j].Plain)));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => new Constant(0, result.Arguments[0].Shape);

    public override Expr Pushforward(Application result, int k, Expr tangent) => new Constant(0, result.Shape);
}
public static partial class Operations
{
    public static Expr LargestOfGroups(this Expr x, int groups) => new Application(new LargestOfGroups(groups), x);
}

internal static class Groups
{
    public static Shape? Infer(Shape x, int groups) => groups > 0 && x.Columns % groups == 0 ? x with { Columns = groups } : null;
}
