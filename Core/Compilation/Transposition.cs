using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroGpt.Compilation;

/// <summary>Matrices turned, a square of registers at a time.</summary>
public static class Transposition
{
    /// <summary>y = wᵀ: [rows, columns] to [columns, rows], and nothing else.</summary>
    public static void Transpose<T>(int rows, int columns, Block<T> w, Block<T> y) where T : unmanaged, INumber<T>
    {
        var side = typeof(T) == typeof(float) ? 4 : 2;
        if (Sse2.IsSupported && rows >= side && columns >= side) TransposeSquares(side, rows, columns, ref w.Start, w.Stride, ref y.Start, y.Stride);
        else if (rows < columns) CopyNumbers(rows, columns, ref w.Start, w.Stride, 1, ref y.Start, 1, y.Stride);
        else CopyNumbers(columns, rows, ref w.Start, 1, w.Stride, ref y.Start, y.Stride, 1);
    }

    private static void TransposeSquares<T>(int side, int rows, int columns, ref T w, nint wRow, ref T y, nint yRow) where T : unmanaged
    {
        for (var c = 0; c < columns; c += side)
        {
            var j = Math.Min(c, columns - side);     // the last square overlaps the one before
            ref var column = ref Unsafe.Add(ref w, j);
            ref var row = ref Unsafe.Add(ref y, j * yRow);
            for (var r = 0; r < rows; r += side)
            {
                var i = Math.Min(r, rows - side);
                ref var from = ref Unsafe.Add(ref column, i * wRow);
                ref var to = ref Unsafe.Add(ref row, i);
                if (typeof(T) == typeof(float)) Transpose4x4(ref Unsafe.As<T, float>(ref from), wRow, ref Unsafe.As<T, float>(ref to), yRow);
                else Transpose2x2(ref Unsafe.As<T, double>(ref from), wRow, ref Unsafe.As<T, double>(ref to), yRow);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(ref float w, nint wRow, ref float y, nint yRow)
    {
        var (a, b) = (Vector128.LoadUnsafe(ref w), Vector128.LoadUnsafe(ref w, (nuint)wRow));
        var (c, d) = (Vector128.LoadUnsafe(ref w, (nuint)(2 * wRow)), Vector128.LoadUnsafe(ref w, (nuint)(3 * wRow)));
        var (ab, abHigh, cd, cdHigh) = (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b), Sse.UnpackLow(c, d), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).StoreUnsafe(ref y);
        Sse.MoveHighToLow(cd, ab).StoreUnsafe(ref y, (nuint)yRow);
        Sse.MoveLowToHigh(abHigh, cdHigh).StoreUnsafe(ref y, (nuint)(2 * yRow));
        Sse.MoveHighToLow(cdHigh, abHigh).StoreUnsafe(ref y, (nuint)(3 * yRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose2x2(ref double w, nint wRow, ref double y, nint yRow)
    {
        var (a, b) = (Vector128.LoadUnsafe(ref w), Vector128.LoadUnsafe(ref w, (nuint)wRow));
        Sse2.UnpackLow(a, b).StoreUnsafe(ref y);
        Sse2.UnpackHigh(a, b).StoreUnsafe(ref y, (nuint)yRow);
    }
}
