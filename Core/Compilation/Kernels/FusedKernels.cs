using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>Binds the kernels of fused operations to buffers. The kernels compute row by row.</summary>
internal static class FusedKernels
{
    public static RowKernel Center<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (context.X, context.Z, context.Columns);
        return context.EachRow(i => VectorKernels.Center(ref x.At(i), columns, ref z.At(i)));
    }

    public static RowKernel RmsNorm<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (context.X, context.Z, context.Columns);
        return (first, count) => RmsNormKernels.RmsNorm(count, columns, x.From(first), z.From(first));
    }

    public static RowKernel RmsNormPullback<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        return (first, count) => RmsNormKernels.RmsNormPullback(count, columns, x.From(first), y.From(first), z.From(first));
    }

    public static RowKernel Softmax<T>(KernelContext<T> context, int groups) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (context.X, context.Z, context.Columns);
        return context.EachGroup(groups, columns, (i, first) =>
            SoftmaxKernels.Softmax(ref x.At(i, first), columns / groups, ref z.At(i, first)));
    }

    public static RowKernel SoftmaxPullback<T>(KernelContext<T> context, int groups, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        return (first, count) =>
        {
            for (var i = first; i < first + count; i++)
                SoftmaxKernels.SoftmaxPullback(ref x.At(i), ref y.At(i), columns, groups, scale, ref z.At(i));
        };
    }

    public static RowKernel CrossEntropy<T>(KernelContext<T> context, Indices targets) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (context.X, context.Z, context.Argument.Columns);
        var read = context.BindIndices(targets, columns);
        return (first, count) =>
        {
            var target = read(first, count);
            for (var i = 0; i < count; i++)
                z.At(first + i) = SoftmaxKernels.LogSumExp(ref x.At(first + i), columns) - x.At(first + i, target[i]);
        };
    }

    public static RowKernel CrossEntropyPullback<T>(KernelContext<T> context, Indices targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        var read = context.BindIndices(targets, columns);
        return (first, count) =>
        {
            var target = read(first, count);
            for (var i = 0; i < count; i++)
                SoftmaxKernels.CrossEntropyPullback(ref x.At(first + i), columns, target[i], y.At(first + i), ref z.At(first + i));
        };
    }

    public static Action Append<T>(KernelContext<T> context, Indices indices) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns, rows) = (context.X, context.Y, context.Z, context.Columns, context.Layout.Capacity(context.Argument.Rows));
        var append = context.EachIndex(indices, rows, (i, to) => VectorKernels.Accumulate(ref y.At(i), columns, T.One, ref z.At(to)));
        return () =>
        {
            if (!x.IsAt(z)) x.Rows(rows).CopyTo(z.Rows(rows));
            append(0, context.Layout.Positions);
        };
    }
}
