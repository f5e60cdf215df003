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
        return context.EachRow(i => RmsNormKernels.RmsNorm(ref x.At(i), columns, ref z.At(i)));
    }

    public static RowKernel RmsNormPullback<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        return context.EachRow(i => RmsNormKernels.RmsNormPullback(ref x.At(i), ref y.At(i), columns, ref z.At(i)));
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
        return context.EachRow(i => SoftmaxKernels.SoftmaxPullback(ref x.At(i), ref y.At(i), columns, groups, scale, ref z.At(i)));
    }

    public static RowKernel CrossEntropy<T>(KernelContext<T> context, Indices targets) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (context.X, context.Z, context.Argument.Columns);
        return context.EachIndex(targets, columns, (i, target) =>
            z.At(i) = SoftmaxKernels.LogSumExp(ref x.At(i), columns) - x.At(i, target));
    }

    public static RowKernel CrossEntropyPullback<T>(KernelContext<T> context, Indices targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        return context.EachIndex(targets, columns, (i, target) =>
            SoftmaxKernels.CrossEntropyPullback(ref x.At(i), columns, target, y.At(i), ref z.At(i)));
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
