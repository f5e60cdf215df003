using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

// A program that always computes one row spends more time on calls than on arithmetic. So its frequent kernels have no loops over rows,
// and some pairs of successive kernels are one kernel.

/// <summary>The kernels of programs whose batches always have one row.</summary>
internal static class RowKernels
{
    /// <summary>True if all batches of a layout have at most one row.</summary>
    public static bool Fit(BatchLayout layout) => layout.Capacity(Extent.Positions) == 1;

    /// <summary>The kernel of a node with a single row; null if it has no kernel of its own.</summary>
    public static Action? Bind<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (context.Layout.Capacity(context.RowExtent) != 1) return null;
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        switch (context.Node.Operation)
        {
            case TimesTranspose when RowProduct.Fits(context):
                var (w, inner) = (RowProduct.Pack(context), context.Argument.Columns);
                return () => RowProduct.Multiply<ElementwiseKernels.VectorCopy, T>(
                    inner, columns, ref x.Start, w, ref z.Start, ref z.Start, ref z.Start);
            case Gather(var indices):
                var (index, limit) = Index(context, indices);
                return () => Copy(ref x.At(Check(index, limit)), columns, ref z.Start);
            case RmsNorm: return () => RmsNormKernels.RmsNorm(ref x.Start, columns, ref z.Start);
            case Softmax(1): return () => SoftmaxKernels.Softmax(ref x.Start, columns, ref z.Start);
            case Pairwise<Autograd.Add>: return () => ElementwiseKernels.Run<ElementwiseKernels.VectorAdd, T>(1, x, y, z);
            default: return null;
        }
    }

    /// <summary>
    /// The kernel that computes a node, and then another one that reads it; null if there is none. With
    /// <paramref name="isOnlyReader"/>, no other node reads the first one, so that the kernel need not store it.
    /// </summary>
    public static Action? Join<T>(KernelContext<T> first, KernelContext<T> second, bool isOnlyReader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (first.Layout.Capacity(first.RowExtent) != 1 || !second.Node.Arguments.Contains(first.Node)) return null;
        return (first.Node.Operation, second.Node.Operation) switch
        {
            (TimesTranspose, Pairwise<Autograd.Add>) => JoinProduct<ElementwiseKernels.VectorAdd, T>(first, second),
            (TimesTranspose, Pairwise<Mul>) => JoinProduct<ElementwiseKernels.VectorMul, T>(first, second),
            (TimesTranspose, Pointwise<Relu>) => JoinProduct<ElementwiseKernels.VectorRelu, T>(first, second),
            (Gather(var from), Append(var to)) => JoinGather(first, from, second, to),
            (Gather(var from), Pairwise<Autograd.Add>) when isOnlyReader => JoinGather(first, from, second),
            (AttentionWeights, Model.Mix) when isOnlyReader && second.Node.Arguments[0] == first.Node => JoinAttention(first, second),
            _ => null,
        };
    }

    // Both operations are commutative, so it does not matter which argument the product is. There is no such kernel if the result
    // overwrites the row that is multiplied.
    private static Action? JoinProduct<TOp, T>(KernelContext<T> product, KernelContext<T> reader)
        where TOp : struct, IVectorOp
        where T : unmanaged, INumber<T>
    {
        var (x, y, z) = (product.X, product.Z, reader.Z);
        if (!RowProduct.Fits(product) || z.IsAt(x)) return null;
        var (w, inner, columns) = (RowProduct.Pack(product), product.Argument.Columns, product.Columns);
        var other = reader.Node.Arguments[0] == product.Node ? reader.Y : reader.X;
        return () => RowProduct.Multiply<TOp, T>(inner, columns, ref x.Start, w, ref y.Start, ref other.Start, ref z.Start);
    }

    private static Action? JoinGather<T>(KernelContext<T> gather, Indices from, KernelContext<T> append, Indices to)
        where T : unmanaged, INumber<T>
    {
        if (!append.X.IsAt(append.Z) || append.Node.Arguments[1] != gather.Node) return null;
        var (x, z, columns) = (gather.X, append.Z, gather.Columns);
        var ((source, rows), (target, places)) = (Index(gather, from), Index(append, to));
        return () => Copy(ref x.At(Check(source, rows)), columns, ref z.At(Check(target, places)));
    }

    private static Action JoinGather<T>(KernelContext<T> gather, Indices from, KernelContext<T> add)
        where T : unmanaged, INumber<T>
    {
        var (x, columns, z) = (gather.X, gather.Columns, add.Z);
        var other = add.Node.Arguments[0] == gather.Node ? add.Y : add.X;
        var (index, rows) = Index(gather, from);
        return () => ElementwiseKernels.Run<ElementwiseKernels.VectorAdd, T>(1, x.From(Check(index, rows)), other, z);
    }

    private static Action? JoinAttention<T>(KernelContext<T> weights, KernelContext<T> mix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (heads, columns) = (((AttentionWeights)weights.Node.Operation).Heads, mix.Columns);
        var (d, scale) = (heads.HeadDim(columns), T.One / T.Sqrt(T.CreateTruncating(heads.HeadDim(columns))));
        if (columns != weights.Argument.Columns || !AttentionRowKernel.Fits<T>(d)) return null;
        var (q, k, v, z, layout) = (weights.X, weights.Y, mix.Y, mix.Z, weights.Layout);
        var (keys, values) = (weights.Node.Arguments[1].Shape.Rows, mix.Node.Arguments[1].Shape.Rows);
        var scores = MatrixBuffer<T>.Allocate(heads.BlockSize, Vector512<T>.Count);
        var limit = Math.Min(heads.BlockSize, Math.Min(layout.Capacity(keys), layout.Capacity(values)));
        return () =>
        {
            if (layout.FirstPosition >= limit) throw new ArgumentException($"Position {layout.FirstPosition} lies outside a block.");
            AttentionRowKernel.Attend(d, scale, columns, layout.FirstPosition + 1, ref q.Start, k, v, ref scores.Start, ref z.Start);
        };
    }

    // The column of indices, of which the kernel reads the first, and the number of rows that they may select.
    private static (int[] Index, int Limit) Index<T>(KernelContext<T> context, Indices indices) where T : unmanaged, INumber<T> =>
        (context.Layout.Register(indices), context.Layout.Capacity(context.Argument.Rows));

    private static int Check(int[] index, int limit) => (uint)index[0] < (uint)limit ? index[0] : throw OutOfRange(index[0], limit);

    // A method of its own, so that Check is short enough to be inlined.
    private static ArgumentOutOfRangeException OutOfRange(int index, int limit) =>
        new(nameof(index), $"{index} is not from 0 to {limit - 1}.");

    private static void Copy<T>(ref T x, int columns, ref T z) where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < columns; i += Vector512<T>.Count) Vector512.LoadUnsafe(ref x, (nuint)i).StoreUnsafe(ref z, (nuint)i);
    }
}
