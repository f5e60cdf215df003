using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The number of floating-point operations of a kernel.</summary>
internal static class KernelFlops
{
    /// <summary>
    /// The floating-point operations of a node on the current batch. A product of [r, n] by [n, c] counts 2·r·n·c. An attention product
    /// counts 2 for each column and each pair of a position and a key, if the position sees the key. Other operations count 0.
    /// </summary>
    public static long Count(Application node, BatchLayout layout) => node.Operation switch
    {
        Times or TimesTranspose => 2L * layout.Rows(node.Shape.Rows) * node.Arguments[0].Shape.Columns * node.Shape.Columns,
        TransposeTimes => 2L * layout.Rows(node.Arguments[0].Shape.Rows) * node.Arguments[0].Shape.Columns * node.Shape.Columns,
        Scores or AttentionWeights => 2 * VisibleKeys(layout) * node.Arguments[0].Shape.Columns,
        Attention => 4 * VisibleKeys(layout) * node.Arguments[0].Shape.Columns,
        AttentionPullback => 10 * VisibleKeys(layout) * node.Arguments[0].Shape.Columns, // the scores again, and their four cotangents
        Mix or Spread => 2 * VisibleKeys(layout) * node.Shape.Columns,
        _ => 0,
    };

    /// <summary>
    /// An estimate of the work for one row of a kernel, in the time of a floating-point operation of a product. Operations that are linear
    /// in the number of elements count 8 for each element, because they wait for memory. The estimate is at least 1.
    /// </summary>
    public static long EstimateRow(Application node, BatchLayout layout) => Math.Max(1, node.Operation switch
    {
        Times or TimesTranspose => 2L * node.Arguments[0].Shape.Columns * node.Shape.Columns,
        TransposeTimes => 2L * layout.Capacity(node.Arguments[0].Shape.Rows) * node.Shape.Columns,
        _ => 8L * node.Arguments.Max(x => x.Shape.Columns),
    });

    // The number of keys that a position sees, summed over the positions of the batch.
    private static long VisibleKeys(BatchLayout layout) => Enumerable.Range(0, layout.Positions).Sum(i => layout.PositionOf(i) + 1L);
}
