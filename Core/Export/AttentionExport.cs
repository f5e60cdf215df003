using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Export;

// The operations of causal attention as products of batches of matrices, one for each document and head. For that, the packed rows of the
// documents are spread out, so that each document has block_size rows. Rows beyond the end of a document are 0.

/// <summary>Causal attention as operators of ONNX. Keys and values with block_size rows belong to a batch of one document.</summary>
/// <param name="Packing">The packing of the documents.</param>
/// <param name="Heads">The heads.</param>
internal sealed record AttentionExport(OnnxPacking Packing, Heads Heads)
{
    /// <summary>The export of <see cref="Model.Scores"/>.</summary>
    public OnnxValue Scores(OnnxValue q, OnnxValue k, Shape queries, Shape keys) =>
        Visible.Choose(Pack(Unpack(q, queries).MatMul(Unpack(k, keys, 0, 2, 3, 1)), Extent.Positions, Heads.Columns), Packing.Number(0));

    /// <summary>The export of <see cref="Model.Mix"/>.</summary>
    public OnnxValue Mix(OnnxValue a, OnnxValue v, Shape weights, Shape values) =>
        Pack(Unpack(Keep(a), weights).MatMul(Unpack(v, values)), Extent.Positions, values.Columns);

    /// <summary>The export of <see cref="Model.Spread"/>.</summary>
    public OnnxValue Spread(OnnxValue a, OnnxValue x, Shape weights, Shape rows, Extent extent) =>
        Pack(Unpack(Keep(a), weights, 0, 2, 3, 1).MatMul(Unpack(x, rows)), extent, rows.Columns);

    /// <summary>The export of <see cref="Model.Mask"/>.</summary>
    public OnnxValue Mask(OnnxValue x, double hidden) => Visible.Choose(x, Packing.Number(hidden));

    /// <summary>The export of <see cref="Model.Rotate"/>.</summary>
    public OnnxValue Rotate(OnnxValue x, Rotate rotate, int columns)
    {
        var swapped = x.GatherColumns(OnnxTensor.Of([.. Enumerable.Range(0, columns).Select(j => (long)(j ^ 1))]));
        return x.Multiply(Weights(weights => weights.Own)).Add(swapped.Multiply(Weights(weights => weights.Partner)));

        OnnxValue Weights(Func<(double Own, double Partner), double> select) => OnnxTensor.Of(Packing.Type, Matrix<double>.Of(
            Heads.BlockSize, columns, (p, j) => select(rotate.Weights(p, j, Heads.HeadDim(columns))))).Gather(Packing.PositionOf);
    }

    // True in column (h, t) of the rows at position t and later, [positions, heads·block_size].
    private OnnxValue Visible => OnnxTensor.Of([.. Enumerable.Range(0, Heads.Columns).Select(column => (long)(column % Heads.BlockSize))])
        .IsAtMost(Packing.PositionOf.Reshape(-1, 1));

    private OnnxValue Keep(OnnxValue weights) => Mask(weights, 0);

    // The place of each row if each document has block_size rows, [positions].
    private OnnxValue Place => Packing.DocumentOf.Multiply(OnnxTensor.Of(Heads.BlockSize)).Add(Packing.PositionOf);

    // [rows, heads·d] to [documents, heads, block_size, d], or to another order of the axes document, position, head and column.
    private OnnxValue Unpack(OnnxValue x, Shape shape, params ReadOnlySpan<long> order)
    {
        var rows = shape.Rows == Extent.Positions
            ? Packing.Zeros(Heads.BlockSize, shape.Columns).ScatterRows(Place.Reshape(-1, 1), x) : x;
        return rows.Reshape(-1, Heads.BlockSize, Heads.Count, Heads.HeadDim(shape.Columns))
            .Transpose(order.IsEmpty ? [0, 2, 1, 3] : [.. order]);
    }

    // The inverse of Unpack.
    private OnnxValue Pack(OnnxValue x, Extent extent, int columns)
    {
        var rows = x.Transpose(0, 2, 1, 3).Reshape(-1, columns);
        return extent == Extent.Positions ? rows.Gather(Place) : rows;
    }
}
