using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// The product of a single row by a constant matrix, y = x·wᵀ. The matrix is transposed once, when the kernel is bound, so that y is a sum
/// of rows. Each sum needs at least four independent multiply-adds in flight, because each takes four cycles.
/// </summary>
internal static class RowProduct
{
    /// <summary>True if the first argument of a <see cref="TimesTranspose"/> is always one row, and the second does not change.</summary>
    public static bool Fits<T>(KernelContext<T> context) where T : unmanaged, INumber<T> =>
        context.Layout.Capacity(context.RowExtent) == 1 && context.IsConstant(1);

    /// <summary>
    /// The transposed second argument in panels, one after the other: the columns that are summed together, as rows without gaps. Memory is
    /// then read in its order.
    /// </summary>
    public static MatrixBuffer<T> Pack<T>(KernelContext<T> context) where T : unmanaged, INumber<T>
    {
        var (inner, columns, lanes) = (context.Argument.Columns, context.Columns, Vector512<T>.Count);
        var packed = MatrixBuffer<T>.AllocateElements((columns + lanes - 1L) / lanes * lanes * inner, columns: 1);
        for (int c = 0, width; c < columns; c += width)
        {
            width = VectorsAt<T>(columns - c) * lanes;
            for (var i = 0; i < inner; i++)
                for (var j = 0; j < Math.Min(width, columns - c); j++)
                    Unsafe.Add(ref packed.Start, c * inner + i * width + j) = context.Y.At(c + j, i);
        }
        return packed;
    }

    /// <summary>y = x·w, where w is [inner, columns], packed: 4 vectors of y at a time, then 2, then 1.</summary>
    public static void Multiply<T>(int inner, int columns, ref T x, MatrixBuffer<T> packed, ref T y) where T : unmanaged, INumber<T>
    {
        ref var w = ref packed.Start;
        for (int c = 0, vectors; c < columns; c += vectors * Vector512<T>.Count)
        {
            vectors = VectorsAt<T>(columns - c);
            ref var panel = ref Unsafe.Add(ref w, c * inner);
            if (vectors == 4) Four(inner, ref x, ref panel, ref Unsafe.Add(ref y, c));
            else if (vectors == 2) Two(inner, ref x, ref panel, ref Unsafe.Add(ref y, c));
            else One(inner, ref x, ref panel, ref Unsafe.Add(ref y, c));
        }
    }

    // The number of vectors in the next panel, if some columns are left.
    private static int VectorsAt<T>(int columns) =>
        columns > 3 * Vector512<T>.Count ? 4 : columns > Vector512<T>.Count ? 2 : 1;

    private static void Four<T>(int inner, ref T x, ref T w, ref T y) where T : unmanaged, INumber<T>
    {
        var lanes = (nuint)Vector512<T>.Count;
        var (a, b, c, d) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
        for (var p = 0; p < inner; p++, w = ref Unsafe.Add(ref w, 4 * Vector512<T>.Count))
        {
            var entry = Vector512.Create(Unsafe.Add(ref x, p));
            a = Simd.Fma(entry, Vector512.LoadUnsafe(ref w), a);
            b = Simd.Fma(entry, Vector512.LoadUnsafe(ref w, lanes), b);
            c = Simd.Fma(entry, Vector512.LoadUnsafe(ref w, 2 * lanes), c);
            d = Simd.Fma(entry, Vector512.LoadUnsafe(ref w, 3 * lanes), d);
        }
        a.StoreUnsafe(ref y);
        b.StoreUnsafe(ref y, lanes);
        c.StoreUnsafe(ref y, 2 * lanes);
        d.StoreUnsafe(ref y, 3 * lanes);
    }

    private static void Two<T>(int inner, ref T x, ref T w, ref T y) where T : unmanaged, INumber<T>
    {
        var (lanes, p) = ((nuint)Vector512<T>.Count, 0);
        var (a, b, c, d) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
        for (; p + 1 < inner; p += 2, w = ref Unsafe.Add(ref w, 4 * Vector512<T>.Count))
        {
            var (even, odd) = (Vector512.Create(Unsafe.Add(ref x, p)), Vector512.Create(Unsafe.Add(ref x, p + 1)));
            a = Simd.Fma(even, Vector512.LoadUnsafe(ref w), a);
            b = Simd.Fma(even, Vector512.LoadUnsafe(ref w, lanes), b);
            c = Simd.Fma(odd, Vector512.LoadUnsafe(ref w, 2 * lanes), c);
            d = Simd.Fma(odd, Vector512.LoadUnsafe(ref w, 3 * lanes), d);
        }
        if (p < inner)
        {
            a = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p)), Vector512.LoadUnsafe(ref w), a);
            b = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p)), Vector512.LoadUnsafe(ref w, lanes), b);
        }
        (a + c).StoreUnsafe(ref y);
        (b + d).StoreUnsafe(ref y, lanes);
    }

    private static void One<T>(int inner, ref T x, ref T w, ref T y) where T : unmanaged, INumber<T>
    {
        var (lanes, p) = ((nuint)Vector512<T>.Count, 0);
        var (a, b, c, d) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
        for (; p + 3 < inner; p += 4, w = ref Unsafe.Add(ref w, 4 * Vector512<T>.Count))
        {
            a = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p)), Vector512.LoadUnsafe(ref w), a);
            b = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p + 1)), Vector512.LoadUnsafe(ref w, lanes), b);
            c = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p + 2)), Vector512.LoadUnsafe(ref w, 2 * lanes), c);
            d = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p + 3)), Vector512.LoadUnsafe(ref w, 3 * lanes), d);
        }
        for (; p < inner; p++, w = ref Unsafe.Add(ref w, Vector512<T>.Count))
            a = Simd.Fma(Vector512.Create(Unsafe.Add(ref x, p)), Vector512.LoadUnsafe(ref w), a);
        (a + b + (c + d)).StoreUnsafe(ref y);
    }
}
