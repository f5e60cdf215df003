using MicroGpt.Autograd;

namespace MicroGpt.Export;

/// <summary>The packing of the documents as values of a graph, and the type of its floating-point numbers.</summary>
/// <param name="Type">The type of the floating-point numbers.</param>
/// <param name="Lengths">The number of rows of each document, [documents].</param>
/// <param name="DocumentOf">The index of the document of each row, [positions].</param>
/// <param name="PositionOf">The position of each row in its document, [positions].</param>
public sealed record OnnxPacking(OnnxType Type, OnnxValue Lengths, OnnxValue DocumentOf, OnnxValue PositionOf)
{
    /// <summary>The packing of whole documents of these lengths, [documents].</summary>
    public static OnnxPacking Of(OnnxType type, OnnxValue lengths)
    {
        // Row i belongs to document d if d + 1 documents start at or before row i.
        var (starts, rows) = (lengths.SumsBefore, lengths.Sum(axis: 0, keep: true).Count);
        var started = starts.Reshape(1, -1).IsAtMost(rows.Reshape(-1, 1)).Cast(OnnxType.Whole).Sum(axis: 1, keep: false);
        var documentOf = started.Subtract(OnnxTensor.Of(1));
        return new(type, lengths, documentOf, rows.Subtract(starts.Gather(documentOf)));
    }

    /// <summary>The packing of one document, whose tokens, [positions], tell its length.</summary>
    public static OnnxPacking OfOne(OnnxType type, OnnxValue tokens) =>
        new(type, tokens.Length, OnnxTensor.Of(0).Expand(tokens.Length), tokens.Length.Count);

    /// <summary>The packing of one row of a document, at a position, [1].</summary>
    public static OnnxPacking At(OnnxType type, OnnxValue position) => new(type, OnnxTensor.Of(1), OnnxTensor.Of(0), position);

    /// <summary>A number as a matrix [1, 1], which broadcasts.</summary>
    public OnnxValue Number(double value) => OnnxTensor.Of(Type, value);

    /// <summary>A matrix of the shape whose entries are all the same number.</summary>
    public OnnxValue Filled(double value, Shape shape) => Number(value).Expand(LengthsOf(shape));

    /// <summary>A matrix with a row for each of n·documents places, filled with zeros.</summary>
    public OnnxValue Zeros(int rowsOfDocument, int columns) =>
        Number(0).Expand(Documents.Multiply(OnnxTensor.Of(rowsOfDocument)).Concat(OnnxTensor.Of(columns)));

    /// <summary>1 divided by the length of each document, [documents, 1].</summary>
    public OnnxValue ShareOfPosition => Lengths.Reshape(-1, 1).Cast(Type).Reciprocal;

    /// <summary>1 divided by the number of documents, [1].</summary>
    public OnnxValue ShareOfDocument => Documents.Cast(Type).Reciprocal;

    /// <summary>The numbers of rows and columns of a shape, as a list.</summary>
    public OnnxValue LengthsOf(Shape shape) => shape.Rows.IfFixed is { } rows
        ? OnnxTensor.Of(rows, shape.Columns)
        : (shape.Rows == Extent.Documents ? Documents : DocumentOf.Length).Concat(OnnxTensor.Of(shape.Columns));

    private OnnxValue Documents => Lengths.Length;
}
