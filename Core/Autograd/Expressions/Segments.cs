using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Operations on the rows of documents. A mean is over the positions of a document, or over the documents.

/// <summary>
/// The mean over the positions of each document: [positions, c] becomes [documents, c]. If the argument has a row for each document,
/// it is the mean over the documents: [documents, c] becomes [1, c].
/// </summary>
public sealed record MeanRows : Multilinear
{
    public override string Name => "mean-rows";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows.Averaged is { } rows ? x with { Rows = rows } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(shape.Rows.In(inputs.Packing), shape.Columns, (d, j) =>
        {
            var (start, end) = shape.Rows == Extent.Documents ? inputs.Packing.RowsOf(d) : (0, inputs.Packing.Documents);
            return Sum.Of(start, end, i => arguments[0][i, j]) * (1.0 / (end - start));
        });

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.ShareRows(result.Arguments[0].Shape.Rows);
}

/// <summary>
/// The adjoint of <see cref="MeanRows"/>. Each position gets the row of its document, divided by the length of the document:
/// [documents, c] becomes [positions, c]. If the argument is one row, each document gets that row, divided by the number of documents:
/// [1, c] becomes [documents, c].
/// </summary>
public sealed record ShareRows(Extent Rows) : Multilinear
{
    public override string Name => "share-rows";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows == Rows.Averaged ? x with { Rows = Rows } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var packing = inputs.Packing;
        return Matrix<T>.Of(Rows.In(packing), shape.Columns, (i, j) => Rows == Extent.Positions
            ? arguments[0][packing.DocumentOf[i], j] * (1.0 / packing.LengthOf(packing.DocumentOf[i]))
            : arguments[0][0, j] * (1.0 / packing.Documents));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.MeanRows();
}

/// <summary>Operations on the rows of documents, as methods.</summary>
public static partial class Operations
{
    extension(Expr x)
    {
        public Expr MeanRows() => new Application(new MeanRows(), x);
        public Expr ShareRows(Extent rows) => new Application(new ShareRows(rows), x);
    }
}
