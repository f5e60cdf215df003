using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Export;

/// <summary>The mapping from operations on matrices to operators of ONNX. A matrix is a tensor of two axes.</summary>
/// <param name="Packing">The packing of the documents.</param>
/// <param name="Column">The value of a column of indices, [positions].</param>
internal sealed record OnnxMapping(OnnxPacking Packing, Func<Indices, OnnxValue> Column)
{
    /// <summary>The result of an operation, given its arguments; null if the operation has no mapping.</summary>
    public OnnxValue? Map(Application node, ImmutableArray<OnnxValue> arguments) => node.Operation is Elementwise elementwise
        ? MapEntries(elementwise, arguments[0], arguments[^1])
        : MapMatrices(node, arguments[0], arguments[^1], node.Arguments[0].Shape, node.Arguments[^1].Shape);

    private OnnxValue? MapEntries(Elementwise operation, OnnxValue x, OnnxValue y) => operation switch
    {
        Pairwise<Add> => x.Add(y),
        Pairwise<Mul> => x.Multiply(y),
        Pairwise<Quotient> => x.Divide(y),
        Pairwise<Power> => x.Power(y),
        Pointwise<Pow> pow => x.Power(Packing.Number(pow.Op.Exponent)),
        Pointwise<Log> => x.Logarithm,
        Pointwise<Exp> => x.Exponential,
        Pointwise<Relu> => x.Relu,
        Pointwise<Step> => x.IsGreater(Packing.Number(0)).Cast(Packing.Type),
        Pointwise<IsZero> => x.IsEqual(Packing.Number(0)).Cast(Packing.Type),
        Pointwise<Reciprocal> => x.Reciprocal,
        Pointwise<Tanh> => x.Tanh,
        Pointwise<Sigmoid> => Sigmoid(x),
        Pointwise<Softplus> => x.Relu.Add(LogOfOnePlus(x.Absolute.Negative.Exponential)),
        _ => null,
    };

    private OnnxValue? MapMatrices(Application node, OnnxValue x, OnnxValue y, Shape ofX, Shape ofY) => node.Operation switch
    {
        TimesTranspose => x.MatMul(y.Transpose(1, 0)),
        Times => x.MatMul(y),
        TransposeTimes => x.Transpose(1, 0).MatMul(y),
        SumGroups(1) => x.Sum(axis: 1, keep: true),
        SumGroups(var groups) => InGroups(x, groups, ofX).Sum(axis: 2, keep: false),
        LargestOfGroups(var groups) => InGroups(x, groups, ofX).Maximum(axis: 2),
        RepeatGroups(var size) when ofX.Columns == 1 => x.Expand(OnnxTensor.Of(1, size)),
        RepeatGroups(var size) => x.Reshape(-1, ofX.Columns, 1).Expand(OnnxTensor.Of(1, 1, size)).Reshape(-1, node.Shape.Columns),
        SumRows => x.Sum(axis: 0, keep: true),
        RepeatRows => x.Expand(Packing.LengthsOf(node.Shape)),
        MeanRows when node.Shape.Rows == Extent.Documents =>
            AddRows(x, Packing.DocumentOf, node.Shape).Multiply(Packing.ShareOfPosition),
        MeanRows => x.Sum(axis: 0, keep: true).Multiply(Packing.ShareOfDocument),
        ShareRows when node.Shape.Rows == Extent.Positions => x.Multiply(Packing.ShareOfPosition).Gather(Packing.DocumentOf),
        ShareRows => x.Multiply(Packing.ShareOfDocument).Expand(Packing.LengthsOf(node.Shape)),
        Gather(var indices) => x.Gather(Column(indices)),
        ScatterAdd(var indices, _) => AddRows(x, Column(indices), node.Shape),
        Pick(var indices) => x.GatherEntries(Column(indices).Reshape(-1, 1)),
        Place(var indices, _) => Packing.Filled(0, node.Shape).ScatterEntries(Column(indices).Reshape(-1, 1), x),
        Scores(var heads) => new AttentionExport(Packing, heads).Scores(x, y, ofX, ofY),
        Mix(var heads) => new AttentionExport(Packing, heads).Mix(x, y, ofX, ofY),
        Spread(var heads, var rows) => new AttentionExport(Packing, heads).Spread(x, y, ofX, ofY, rows),
        Mask(var heads, var hidden) => new AttentionExport(Packing, heads).Mask(x, hidden),
        Rotate rotate => new AttentionExport(Packing, rotate.Heads).Rotate(x, rotate, ofX.Columns),
        _ => null,
    };

    // [rows, groups·m] to [rows, groups, m].
    private static OnnxValue InGroups(OnnxValue x, int groups, Shape shape) => x.Reshape(-1, groups, shape.Columns / groups);

    private OnnxValue AddRows(OnnxValue x, OnnxValue indices, Shape shape) =>
        Packing.Filled(0, shape).ScatterAddRows(indices.Reshape(-1, 1), x);

    // σ(x) by an exponential that cannot overflow: with e = exp(-|x|), it is e/(1 + e) if x is negative, and 1/(1 + e) otherwise.
    private OnnxValue Sigmoid(OnnxValue x)
    {
        var e = x.Absolute.Negative.Exponential;
        return x.IsLess(Packing.Number(0)).Choose(e, Packing.Number(1)).Divide(e.Add(Packing.Number(1)));
    }

    // log(1 + e), computed as by Softplus: log u · e/(u - 1), where u = 1 + e. If u rounds to 1, the result is e.
    private OnnxValue LogOfOnePlus(OnnxValue e)
    {
        var (one, u) = (Packing.Number(1), e.Add(Packing.Number(1)));
        return u.IsEqual(one).Choose(e, u.Logarithm.Multiply(e.Divide(u.Subtract(one))));
    }
}
