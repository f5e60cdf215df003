using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// Binds the kernels of structural operations to buffers. These operations work on groups of columns, on all rows, on rows that an index
/// selects, and on the rows of documents.
/// </summary>
internal static class StructuralKernels
{
    public static RowKernel SumGroups<T>(KernelContext<T> context, int groups) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns, size) = (context.X, context.Z, context.Argument.Columns, context.Argument.Columns / groups);
        return context.EachGroup(groups, columns, (i, first) => z.At(i, first / size) = VectorKernels.Sum(x.Row(i).Slice(first, size)));
    }

    public static RowKernel LargestOfGroups<T>(KernelContext<T> context, int groups) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns, size) = (context.X, context.Z, context.Argument.Columns, context.Argument.Columns / groups);
        return context.EachGroup(groups, columns, (i, first) => z.At(i, first / size) = VectorKernels.Max(x.Row(i).Slice(first, size)));
    }

    public static RowKernel RepeatGroups<T>(KernelContext<T> context, int size) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z) = (context.X, context.Z);
        return context.EachGroup(context.Argument.Columns, context.Columns, (i, first) =>
            z.Row(i).Slice(first, size).Fill(x.At(i, first / size)));
    }

    public static Action SumRows<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns, layout, rows) = (context.X, context.Z, context.Columns, context.Layout, context.Argument.Rows);
        return () =>
        {
            z.Row(0).Clear();
            for (var (i, count) = (0, layout.Rows(rows)); i < count; i++)
                VectorKernels.Accumulate(ref x.At(i), columns, T.One, ref z.At(0));
        };
    }

    public static RowKernel RepeatRows<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z) = (context.X, context.Z);
        return context.EachRow(i => x.Row(0).CopyTo(z.Row(i)));
    }

    public static RowKernel Gather<T>(KernelContext<T> context, Indices indices) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (context.X, context.Z, context.Columns);
        var read = context.BindIndices(indices, context.Layout.Capacity(context.Argument.Rows));
        return (first, count) =>
        {
            var from = read(first, count);
            for (var i = 0; i < count; i++) VectorKernels.Copy(ref x.At(from[i]), columns, ref z.At(first + i));
        };
    }

    public static Action ScatterAdd<T>(KernelContext<T> context, Indices indices) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, layout, columns, rows) = (context.X, context.Z, context.Layout, context.Columns, context.Node.Shape.Rows);
        var read = context.BindIndices(indices, layout.Capacity(rows));
        return () =>
        {
            z.Rows(layout.Rows(rows)).Clear();
            var to = read(0, layout.Positions);
            for (var i = 0; i < to.Length; i++) VectorKernels.Accumulate(ref x.At(i), columns, T.One, ref z.At(to[i]));
        };
    }

    public static RowKernel Pick<T>(KernelContext<T> context, Indices indices) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z) = (context.X, context.Z);
        return context.EachIndex(indices, context.Argument.Columns, (i, column) => z.At(i) = x.At(i, column));
    }

    public static RowKernel Place<T>(KernelContext<T> context, Indices indices) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z) = (context.X, context.Z);
        return context.EachIndex(indices, context.Columns, (i, column) =>
        {
            z.Row(i).Clear();
            z.At(i, column) = x.At(i);
        });
    }

    public static RowKernel MeanRows<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, layout, columns, rows) = (context.X, context.Z, context.Layout, context.Columns, context.Node.Shape.Rows);
        return context.EachRow(i =>
        {
            var (start, end) = Segment(layout, rows, i);
            var weight = T.One / T.CreateTruncating(end - start);
            z.Row(i).Clear();
            for (var r = start; r < end; r++) VectorKernels.Accumulate(ref x.At(r), columns, weight, ref z.At(i));
        });
    }

    public static RowKernel ShareRows<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, layout, columns) = (context.X, context.Z, context.Layout, context.Columns);
        var (from, to) = (context.Argument.Rows, context.Node.Shape.Rows);
        var isOfDocuments = to == Extent.Positions;
        return (first, count) =>
        {
            for (var i = first; i < first + count; i++)
            {
                var segment = isOfDocuments ? layout.DocumentOf[i] : 0;
                var (start, end) = Segment(layout, from, segment);
                VectorKernels.Scale(ref x.At(segment), columns, T.One / T.CreateTruncating(end - start), ref z.At(i));
            }
        };
    }

    // The range of rows whose mean is row i of the result. If the result has a row for each document, these are the positions of document
    // i. Otherwise the result is a single row, the mean of all documents.
    private static (int Start, int End) Segment(BatchLayout layout, Extent rows, int i) =>
        rows == Extent.Documents ? (layout.Starts[i], layout.Starts[i + 1]) : (0, layout.Documents);
}
