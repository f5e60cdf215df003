using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Three products of matrices. The adjoints of each product, with respect to its two arguments, are the other two products.

/// <summary>x·wᵀ: [r, k] by [m, k] makes [r, m].</summary>
public sealed record TimesTranspose : Multilinear
{
    public override string Name => "x·wᵀ";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x, var w] && x.Columns == w.Columns && w.Rows.IfFixed is int m ? new(x.Rows, m) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, w) = (arguments[0], arguments[1]);
        return Matrix<T>.Of(x.Rows, w.Rows, (i, o) => Sum.OfProducts(0, x.Columns, j => (w[o, j], x[i, j])));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? cotangent.Times(result.Arguments[1])
        : cotangent.TransposeTimes(result.Arguments[0]);
}

/// <summary>x·w: [r, m] by [m, k] makes [r, k].</summary>
public sealed record Times : Multilinear
{
    public override string Name => "x·w";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x, var w] && x.Columns == w.Rows.IfFixed ? new(x.Rows, w.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, w) = (arguments[0], arguments[1]);
        return Matrix<T>.Of(x.Rows, w.Columns, (i, j) => Sum.OfProducts(0, x.Columns, o => (x[i, o], w[o, j])));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? cotangent.TimesTranspose(result.Arguments[1])
        : result.Arguments[0].TransposeTimes(cotangent);
}

/// <summary>xᵀ·y: [r, m] by [r, k] makes [m, k].</summary>
public sealed record TransposeTimes : Multilinear
{
    public override string Name => "xᵀ·y";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x, var y] && x.Rows == y.Rows ? new(x.Columns, y.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, y) = (arguments[0], arguments[1]);
        return Matrix<T>.Of(x.Columns, y.Columns, (o, j) => Sum.OfProducts(0, x.Rows, i => (x[i, o], y[i, j])));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? result.Arguments[1].TimesTranspose(cotangent)
        : result.Arguments[0].Times(cotangent);
}

/// <summary>Products of matrices as methods.</summary>
public static partial class Operations
{
    extension(Expr x)
    {
        public Expr TimesTranspose(Expr w) => new Application(new TimesTranspose(), x, w);
        public Expr Times(Expr w) => new Application(new Times(), x, w);
        public Expr TransposeTimes(Expr y) => new Application(new TransposeTimes(), x, y);
    }
}
