using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroGpt.Compilation;

/// <summary>
/// Transposition in small tiles that fit vector registers. Whole tiles are loaded and stored, so padding is read and written.
/// </summary>
internal static class TransposeKernel
{
    /// <summary>y = wᵀ. w is [rows, columns], and y is [columns, rows]. w and y must not overlap.</summary>
    public static void Transpose<T>(int rows, int columns, MatrixBuffer<T> w, MatrixBuffer<T> y) where T : unmanaged, INumber<T>
    {
        var (height, width) = Avx.IsSupported ? (Vector256<T>.Count, Vector128<T>.Count) : (1, 1);
        for (var c = 0; c < columns; c += width)
        {
            ref var from = ref w.At(0, c);
            ref var to = ref y.At(c);
            for (var r = 0; r < rows; r += height)
            {
                if (!Avx.IsSupported) to = from;
                else if (typeof(T) == typeof(float))
                    Transpose8x4(ref Unsafe.As<T, float>(ref from), w.Stride, ref Unsafe.As<T, float>(ref to), y.Stride);
                else Transpose4x2(ref Unsafe.As<T, double>(ref from), w.Stride, ref Unsafe.As<T, double>(ref to), y.Stride);
                from = ref Unsafe.Add(ref from, height * w.Stride);
                to = ref Unsafe.Add(ref to, height);
            }
        }
    }

    // Transposes two 4×4 squares at once. One is in the lower halves of four vectors, the other in the upper halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x4(ref float w, nint wRow, ref float y, nint yRow)
    {
        var (a, b, c, d) = (Halves(ref w, 0, 4, wRow), Halves(ref w, 1, 5, wRow), Halves(ref w, 2, 6, wRow), Halves(ref w, 3, 7, wRow));
        var (ab, abHigh) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());
        var (cd, cdHigh) = (Avx.UnpackLow(c, d).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        Avx.UnpackLow(ab, cd).AsSingle().StoreUnsafe(ref y);
        Avx.UnpackHigh(ab, cd).AsSingle().StoreUnsafe(ref y, (nuint)yRow);
        Avx.UnpackLow(abHigh, cdHigh).AsSingle().StoreUnsafe(ref y, (nuint)(2 * yRow));
        Avx.UnpackHigh(abHigh, cdHigh).AsSingle().StoreUnsafe(ref y, (nuint)(3 * yRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x2(ref double w, nint wRow, ref double y, nint yRow)
    {
        var (a, b) = (Halves(ref w, 0, 2, wRow), Halves(ref w, 1, 3, wRow));
        Avx.UnpackLow(a, b).StoreUnsafe(ref y);
        Avx.UnpackHigh(a, b).StoreUnsafe(ref y, (nuint)yRow);
    }

    // A vector of two halves. The lower half is the start of row `low`, and the upper half is the start of row `high`.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Halves<T>(ref T w, nint low, nint high, nint wRow) where T : unmanaged =>
        Vector256.Create(Vector128.LoadUnsafe(ref w, (nuint)(low * wRow)), Vector128.LoadUnsafe(ref w, (nuint)(high * wRow)));
}
