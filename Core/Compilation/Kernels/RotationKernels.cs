using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The kernel of <see cref="Model.Rotate"/>.</summary>
internal static class RotationKernels
{
    /// <summary>The kernel of a rotation. The weights of every position of the block are computed once, when the kernel is bound.</summary>
    public static RowKernel Bind<T>(KernelContext<T> context, Rotate rotate) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, layout, columns, block) = (context.X, context.Z, context.Layout, context.Columns, rotate.Heads.BlockSize);
        var (own, partner) = (MatrixBuffer<T>.Allocate(block, columns), MatrixBuffer<T>.Allocate(block, columns));
        for (var p = 0; p < block; p++)
            for (var j = 0; j < columns; j++)
            {
                var weights = rotate.Weights(p, j, rotate.Heads.HeadDim(columns));
                (own.At(p, j), partner.At(p, j)) = (T.CreateTruncating(weights.Own), T.CreateTruncating(weights.Partner));
            }
        var rows = context.EachRow(i =>
        {
            var p = layout.PositionOf(i);
            Rotate(ref x.At(i), columns, ref own.At(p), ref partner.At(p), ref z.At(i));
        });
        return (first, count) =>
        {
            layout.CheckPositions(block);
            rows(first, count);
        };
    }

    /// <summary>
    /// y = x·own + x'·partner for n elements, where x' is x with the elements of each pair swapped. Whole vectors are loaded and stored, so
    /// the padding after the n-th element may be read and written.
    /// </summary>
    private static void Rotate<T>(ref T x, int n, ref T own, ref T partner, ref T y) where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < n; i += Vector128<T>.Count)
        {
            var v = Vector128.LoadUnsafe(ref x, (nuint)i);
            var (weight, ofSwapped) = (Vector128.LoadUnsafe(ref own, (nuint)i), Vector128.LoadUnsafe(ref partner, (nuint)i));
            Simd.Fma(Simd.PairsSwapped(v), ofSwapped, v * weight).StoreUnsafe(ref y, (nuint)i);
        }
    }
}
