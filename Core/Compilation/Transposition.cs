using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroGpt.Compilation;

/// <summary>Matrices turned, a few registers at a time.</summary>
public static class Transposition
{
    /// <summary>y = wᵀ: [rows, columns] to [columns, rows], and nothing else.</summary>
    public static void Transpose<T>(int rows, int columns, Block<T> w, Block<T> y) where T : unmanaged, INumber<T>
    {
        var (height, width) = (Vector256<T>.Count, Vector128<T>.Count);
        if (Avx.IsSupported && rows >= height && columns >= width) TransposeTiles(height, width, rows, columns, ref w.Start, w.Stride, ref y.Start, y.Stride);
        else if (rows < columns) CopyNumbers(rows, columns, ref w.Start, w.Stride, 1, ref y.Start, 1, y.Stride);
        else CopyNumbers(columns, rows, ref w.Start, 1, w.Stride, ref y.Start, y.Stride, 1);
    }

    private static void TransposeTiles<T>(int height, int width, int rows, int columns, ref T w, nint wRow, ref T y, nint yRow) where T : unmanaged
    {
        for (var c = 0; c < columns; c += width)
        {
            var j = Math.Min(c, columns - width);     // the last tile overlaps the one before
            ref var column = ref Unsafe.Add(ref w, j);
            ref var row = ref Unsafe.Add(ref y, j * yRow);
            for (var r = 0; r < rows; r += height)
            {
                var i = Math.Min(r, rows - height);
                ref var from = ref Unsafe.Add(ref column, i * wRow);
                ref var to = ref Unsafe.Add(ref row, i);
                if (typeof(T) == typeof(float)) Transpose8x4(ref Unsafe.As<T, float>(ref from), wRow, ref Unsafe.As<T, float>(ref to), yRow);
                else Transpose4x2(ref Unsafe.As<T, double>(ref from), wRow, ref Unsafe.As<T, double>(ref to), yRow);
            }
        }
    }

    // Rows and columns as the steps say, the longer side inside.
    private static void CopyNumbers<T>(int rows, int columns, ref T x, nint xRow, nint xColumn, ref T y, nint yRow, nint yColumn) where T : unmanaged
    {
        for (var i = 0; i < rows; i++)
        {
            ref var from = ref Unsafe.Add(ref x, i * xRow);
            ref var to = ref Unsafe.Add(ref y, i * yRow);
            for (var j = 0; j < columns; j++)
            {
                to = from;
                from = ref Unsafe.Add(ref from, xColumn);
                to = ref Unsafe.Add(ref to, yColumn);
            }
        }
    }

    // Two squares, one under the other, in the halves of the registers.
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

    // The beginnings of two rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Halves<T>(ref T w, nint low, nint high, nint wRow) where T : unmanaged =>
        Vector256.Create(Vector128.LoadUnsafe(ref w, (nuint)(low * wRow)), Vector128.LoadUnsafe(ref w, (nuint)(high * wRow)));
}
