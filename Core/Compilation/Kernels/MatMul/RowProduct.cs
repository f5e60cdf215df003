using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// The product of a single row by a constant matrix, y = f(x·wᵀ), where f is an elementwise function of the product and another row. A
/// panel of w has the columns of one vector of y. A multiply-add takes four elements of x, of which each group of four lanes has a copy.
/// So an element of x is loaded once for four multiply-adds, and four sums are in flight, as many as a multiply-add takes cycles.
/// </summary>
internal static class RowProduct
{
    /// <summary>True if the first argument of a <see cref="TimesTranspose"/> is always one row, and the second does not change.</summary>
    public static bool Fits<T>(KernelContext<T> context) where T : unmanaged, INumber<T> =>
        context.Layout.Capacity(context.RowExtent) == 1 && context.IsConstant(1);

    /// <summary>
    /// The second argument in panels, one after the other, in the order in which they are read: for four elements of x, four vectors. Group
    /// g of vector i has the weights of column 4·g + i. Missing elements are 0.
    /// </summary>
    public static MatrixBuffer<T> Pack<T>(KernelContext<T> context) where T : unmanaged, INumber<T>
    {
        var (inner, columns, lanes) = (context.Argument.Columns, context.Columns, Vector512<T>.Count);
        var padded = (inner + 3) / 4 * 4;
        var packed = MatrixBuffer<T>.AllocateElements((columns + lanes - 1L) / lanes * lanes * padded, columns: 1);
        for (var c = 0; c < columns; c++)
            for (var p = 0; p < inner; p++)
            {
                var (panel, column, group) = (c / lanes, c % lanes, p / 4);
                var vector = (panel * padded / 4 + group) * 4 + column % 4;
                Unsafe.Add(ref packed.Start, vector * lanes + column / 4 * 4 + p % 4) = context.Y.At(c, p);
            }
        return packed;
    }

    /// <summary>product = x·w and y = f(product, other), where w is packed.</summary>
    public static void Multiply<TOp, T>(
        int inner, int columns, ref T x, MatrixBuffer<T> packed, ref T product, ref T other, ref T y)
        where TOp : struct, IVectorOp
        where T : unmanaged, INumber<T>
    {
        ref var w = ref packed.Start;
        var lanes = (nuint)Vector512<T>.Count;
        for (var j = 0; j < columns; j += Vector512<T>.Count)
        {
            var (a, b, c, d) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
            for (var p = 0; p < inner; p += 4, w = ref Unsafe.Add(ref w, 4 * Vector512<T>.Count))
            {
                var four = Fours.Repeat(ref Unsafe.Add(ref x, p));
                if (p + 4 > inner) four = Fours.SelectHead(four, inner - p, Vector512<T>.Zero);
                a = Simd.Fma(four, Vector512.LoadUnsafe(ref w), a);
                b = Simd.Fma(four, Vector512.LoadUnsafe(ref w, lanes), b);
                c = Simd.Fma(four, Vector512.LoadUnsafe(ref w, 2 * lanes), c);
                d = Simd.Fma(four, Vector512.LoadUnsafe(ref w, 3 * lanes), d);
            }
            var sums = Fours.Sums(a, b, c, d);
            sums.StoreUnsafe(ref product, (nuint)j);
            TOp.Forward(sums, Vector512.LoadUnsafe(ref other, (nuint)j)).StoreUnsafe(ref y, (nuint)j);
        }
    }
}
