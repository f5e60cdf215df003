using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Reductions over groups of columns. Groups are adjacent and equally wide. The mean of a row uses one group; the softmax of attention
// uses one group for each head.

/// <summary>The sum of each of g groups of columns: [r, g·m] becomes [r, g].</summary>
public sealed record SumGroups(int Groups) : Multilinear
{
    public override string Name => $"sum-groups({Groups})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? GroupReductions.Infer(x, Groups) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, m) = (arguments[0], arguments[0].Columns / Groups);
        return Matrix<T>.Of(x.Rows, Groups, (i, g) => Sum.Of(g * m, (g + 1) * m, j => x[i, j]));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.RepeatGroups(result.Arguments[0].Shape.Columns / Groups);
}

/// <summary>Repeats each column m times, side by side: [r, g] becomes [r, g·m].</summary>
public sealed record RepeatGroups(int Size) : Multilinear
{
    public override string Name => $"repeat-groups({Size})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x with { Columns = x.Columns * Size } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, j) => arguments[0][i, j / Size]);

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.SumGroups(result.Arguments[0].Shape.Columns);
}

/// <summary>
/// The maximum of each of g groups of columns: [r, g·m] becomes [r, g]. Its derivative is taken as 0 (stop-gradient).
/// </summary>
public sealed record LargestOfGroups(int Groups) : Operation
{
    public override string Name => $"largest-of-groups({Groups})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? GroupReductions.Infer(x, Groups) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, m) = (arguments[0], arguments[0].Columns / Groups);
        return Matrix<T>.Of(x.Rows, Groups, (i, g) => T.Constant(Enumerable.Range(g * m, m).Max(j => x[i, j].Plain)));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => new Constant(0, result.Arguments[0].Shape);

    public override Expr Pushforward(Application result, int k, Expr tangent) => new Constant(0, result.Shape);
}

internal static class GroupReductions
{
    public static Shape? Infer(Shape x, int groups) => groups > 0 && x.Columns % groups == 0 ? x with { Columns = groups } : null;
}

/// <summary>Operations on groups of columns, as methods.</summary>
public static partial class Operations
{
    extension(Expr x)
    {
        public Expr SumGroups(int groups) => new Application(new SumGroups(groups), x);
        public Expr RepeatGroups(int size) => new Application(new RepeatGroups(size), x);
        public Expr LargestOfGroups(int groups) => new Application(new LargestOfGroups(groups), x);
    }
}
