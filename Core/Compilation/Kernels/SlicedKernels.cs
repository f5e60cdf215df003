using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// Kernels that compute a product and its only reader slice by slice. The reader follows each slice of the product while the slice is in
/// the L1 or L2 cache, and all slices have the same buffer.
/// </summary>
internal static class SlicedKernels
{
    // A slice has at most 8,192 elements, but at least 24 rows. The number of rows is a multiple of 24, so that tiles of 4 rows and of 6
    // rows both fill a slice.
    private const int SliceElements = 1 << 13, LeastRows = 24;

    /// <summary>
    /// True for the products that may be sliced. x·wᵀ is not among them, because each slice would pack the panels of w again.
    /// </summary>
    public static bool IsProduct(Operation operation) => operation is TransposeTimes;

    /// <summary>
    /// True for operations whose kernel follows the slices of argument <paramref name="k"/>. An optimizer reads and writes much more memory
    /// than the product. Elementwise readers gain nothing by slices, because they read little besides the product.
    /// </summary>
    public static bool IsRowWise(Operation operation, int k) => operation is AdamUpdate && k < AdamUpdate.Matrices;

    /// <summary>The number of rows of a slice of a matrix with this number of columns.</summary>
    public static int RowsOf<T>(int columns) where T : unmanaged, INumber<T> =>
        Math.Max(1, SliceElements / MatrixBuffer<T>.StrideFor(columns) / LeastRows) * LeastRows;

    /// <summary>Binds a kernel that computes a product slice by slice, and the product's reader after each slice.</summary>
    /// <param name="product">The product. The buffer of its result has room for one slice.</param>
    /// <param name="reader">The reader. The buffer of the product is also that of an argument.</param>
    public static Kernel Bind<T>(KernelContext<T> product, KernelContext<T> reader) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (layout, node) = (product.Layout, product.Node);
        KernelTable.Check(product, node, RowsOf<T>(node.Shape.Columns));
        KernelTable.Check(reader, node, RowsOf<T>(node.Shape.Columns));
        var (count, partials) = (Count(product), Partials(product, reader));
        var (slices, addPartials) = (BindSlices(product, reader, partials), AddPartials(reader, partials, count));
        return new(
            $"{product.Name}, {reader.Name}", product.FormatShapes,
            () => KernelFlops.Count(node, layout) + KernelFlops.Count(reader.Node, layout),
            () =>
            {
                slices(0, count());
                addPartials();
            });
    }

    /// <summary>
    /// Binds such a kernel for a team. Each thread has a buffer for the slice that it computes. Thread 0 then adds the sums of the slices,
    /// in their order. There are no stages if the kernel is not shared.
    /// </summary>
    /// <param name="team">The team.</param>
    /// <param name="contextsOf">The contexts of each thread.</param>
    public static ImmutableArray<Stage> Share<T>(Team team, Func<int, (KernelContext<T> Product, KernelContext<T> Reader)> contextsOf)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (product, reader) = contextsOf(0);
        var work = KernelFlops.EstimateRow(product.Node, product.Layout) * RowsOf<T>(product.Node.Shape.Columns);
        if (team.LeastRows(MostSlices(product), work, fewest: 1) is not int least) return [];
        var (count, partials) = (Count(product), Partials(product, reader));
        var kernels = Enumerable.Range(0, team.Threads).Select(contextsOf).Select(each => BindSlices(each.Product, each.Reader, partials));
        return [new(count, least, 1, [.. kernels]), Stage.Alone(AddPartials(reader, partials, count))];
    }

    // The largest number of slices in a batch.
    private static int MostSlices<T>(KernelContext<T> product) where T : unmanaged, INumber<T> =>
        Slices(product.Layout.Capacity(product.Node.Shape.Rows), RowsOf<T>(product.Node.Shape.Columns));

    // The number of slices in the current batch.
    private static Func<int> Count<T>(KernelContext<T> product) where T : unmanaged, INumber<T>
    {
        var (layout, shape, rows) = (product.Layout, product.Node.Shape, RowsOf<T>(product.Node.Shape.Columns));
        return () => Slices(layout.Rows(shape.Rows), rows);
    }

    // The number of slices of some rows.
    private static int Slices(int rows, int rowsOfSlice) => (rows + rowsOfSlice - 1) / rowsOfSlice;

    // Binds a kernel that computes some slices, instead of some rows.
    private static RowKernel BindSlices<T>(
        KernelContext<T> product, KernelContext<T> reader, ImmutableArray<MatrixBuffer<T>> partials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (layout, node, argument) = (product.Layout, product.Node, reader.Node.Arguments.IndexOf(product.Node));
        var (rows, capacity) = (RowsOf<T>(node.Shape.Columns), layout.Capacity(node.Shape.Rows));
        var slices = new (RowKernel Product, RowKernel Reader)[MostSlices(product)];
        for (var i = 0; i < slices.Length; i++)
        {
            var slice = product.Z.From(-i * rows); // the first row of the slice is row i·rows of the product
            var next = Next(product.Next, reader, argument, i * rows, Math.Min(rows, capacity - i * rows));
            slices[i] = (
                KernelTable.BindRows(product with { Results = [slice], Next = next }),
                KernelTable.BindRows(reader with
                {
                    Arguments = reader.Arguments.SetItem(argument, slice),
                    Results = [.. reader.Results.Select((result, k) => IsSum(reader.Nodes[k]) ? partials[k].From(i) : result)],
                }));
        }
        return (first, count) =>
        {
            var end = layout.Rows(node.Shape.Rows);
            for (var i = first; i < first + count; i++)
            {
                slices[i].Product(i * rows, Math.Min(rows, end - i * rows));
                slices[i].Reader(i * rows, Math.Min(rows, end - i * rows));
            }
        };
    }

    // For each result of the reader that is a sum: a matrix with a row for the sum of each slice.
    private static ImmutableArray<MatrixBuffer<T>> Partials<T>(KernelContext<T> product, KernelContext<T> reader)
        where T : unmanaged, INumber<T> =>
        [.. reader.Nodes.Select(node =>
            IsSum(node) ? MatrixBuffer<T>.Allocate(MostSlices(product), 1) : default)];

    // Adds the sums of the slices in their order.
    private static Action AddPartials<T>(KernelContext<T> reader, ImmutableArray<MatrixBuffer<T>> partials, Func<int> count)
        where T : unmanaged, INumber<T>
    {
        ImmutableArray<(MatrixBuffer<T> Parts, MatrixBuffer<T> Sum)> sums =
            [.. Enumerable.Range(0, partials.Length).Where(k => IsSum(reader.Nodes[k])).Select(k => (partials[k], reader.Results[k]))];
        return () =>
        {
            foreach (var (parts, result) in sums)
            {
                var sum = T.Zero;
                for (var (i, slices) = (0, count()); i < slices; i++) sum += parts.At(i);
                result.At(0) = sum;
            }
        };
    }

    // True for results that are sums over the rows of all slices.
    private static bool IsSum(Application result) => result.Operation is AdamUpdate { Result: AdamUpdate.SquaredNorm };

    // The memory that the product of a slice prefetches: the slice's rows of the reader's last two matrices, and a part of the operand of
    // the next product. Without such an operand, the third region is the reader's first matrix. For Adam this is p, which is likely in
    // cache, because the product that propagated the cotangent has just read p.
    private static Prefetch Next<T>(Prefetch next, KernelContext<T> reader, int product, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var others = Enumerable.Range(0, reader.Arguments.Length)
            .Where(k => k != product && IsRowWise(reader.Node.Operation, k)).Select(k => reader.Arguments[k].From(first)).ToArray();
        return others is [var x, var y, var z] ? next.After(count, y, z, x, first) : next;
    }
}
