using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// The products of matrices. All three are one sum, y[r, c] = Σ_p x(r, p)·w[p, c], in which x is read along its rows or along its
/// columns; it is computed a tile of y at a time, held in registers.
/// </summary>
public static class Products
{
    // So many rows of w are summed at once: four registers of each stay in the nearest cache while all rows of x pass.
    private const int Depth = 128;

    internal static Action? Kernel<T>(Site<T> site) where T : unmanaged, INumber<T>
    {
        var (x, y, z, columns, argument) = (site.X, site.Y, site.Z, site.Columns, site.Argument);
        switch (site.Node.Operation)
        {
            case TimesTranspose:
                var transposed = site.TransposedY();
                return () => Times(site.Rows(), argument.Columns, columns, x, transposed, z);
            case Autograd.Times:
                return () => Times(site.Rows(), argument.Columns, columns, x, y, z);
            case Autograd.TransposeTimes:
                return () => TransposeTimes(argument.Columns, site.Layout.Rows(argument.Rows), columns, x, y, z);
            default:
                return null;
        }
    }

    /// <summary>y = x·w: [rows, inner] by [inner, columns].</summary>
    public static void Times<T>(int rows, int inner, int columns, Block<T> x, Block<T> w, Block<T> y) where T : unmanaged, INumber<T> =>
        Run(rows, inner, columns, ref x.Start, x.Stride, 1, w, y);

    /// <summary>y = xᵀ·w: [inner, rows] by [inner, columns].</summary>
    public static void TransposeTimes<T>(int rows, int inner, int columns, Block<T> x, Block<T> w, Block<T> y) where T : unmanaged, INumber<T> =>
        Run(rows, inner, columns, ref x.Start, 1, x.Stride, w, y);

    private static void Run<T>(int rows, int inner, int columns, ref T x, int xRow, int xInner, Block<T> w, Block<T> y)
        where T : unmanaged, INumber<T>
    {
        var lanes = Vector512<T>.Count;
        for (var p = 0; p == 0 || p < inner; p += Depth)   // once where there is nothing to sum: that makes zeros
        {
            var depth = Math.Min(Depth, inner - p);
            for (var c = 0; c < columns;)
            {
                var registers = Math.Min(4, (columns - c + lanes - 1) / lanes);
                ref var wc = ref Unsafe.Add(ref w.Start, p * w.Stride + c);
                for (var r = 0; r < rows;)
                {
                    ref var xr = ref Unsafe.Add(ref x, r * xRow + p * xInner);
                    ref var yr = ref Unsafe.Add(ref y.Start, r * y.Stride + c);
                    r += registers == 4 ? Tile<T, Wide<T>>(p > 0, depth, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride)
                        : registers >= 2 ? Tile<T, Pair<T>>(p > 0, depth, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride)
                        : r + 4 < rows ? Tile<T, Tall<T>>(p > 0, depth, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride)
                        : Tile<T, Strip<T>>(p > 0, depth, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride);
                }
                c += (registers == 3 ? 2 : registers) * lanes;
            }
        }
    }

    // Four strips of y, from the top down; how many rows of y they are. Inlined, it would leave no room for its strips to be.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Tile<T, TStrip>(bool more, int inner, ref T x, nint xRow, nint xInner, ref T w, nint wRow, ref T y, nint yRow)
        where T : unmanaged, INumber<T>
        where TStrip : struct, IStrip<T, TStrip>
    {
        TStrip y0 = default, y1 = default, y2 = default, y3 = default;
        if (more)
        {
            y0 = TStrip.Reload(ref y, yRow);
            y1 = TStrip.Reload(ref Unsafe.Add(ref y, TStrip.Rows * yRow), yRow);
            y2 = TStrip.Reload(ref Unsafe.Add(ref y, 2 * TStrip.Rows * yRow), yRow);
            y3 = TStrip.Reload(ref Unsafe.Add(ref y, 3 * TStrip.Rows * yRow), yRow);
        }
        for (var p = 0; p < inner; p++)
        {
            var row = TStrip.Load(ref w);
            y0 = y0.Plus(ref x, xRow, row);
            y1 = y1.Plus(ref Unsafe.Add(ref x, TStrip.Rows * xRow), xRow, row);
            y2 = y2.Plus(ref Unsafe.Add(ref x, 2 * TStrip.Rows * xRow), xRow, row);
            y3 = y3.Plus(ref Unsafe.Add(ref x, 3 * TStrip.Rows * xRow), xRow, row);
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y0.Store(ref y, yRow);
        y1.Store(ref Unsafe.Add(ref y, TStrip.Rows * yRow), yRow);
        y2.Store(ref Unsafe.Add(ref y, 2 * TStrip.Rows * yRow), yRow);
        y3.Store(ref Unsafe.Add(ref y, 3 * TStrip.Rows * yRow), yRow);
        return 4 * TStrip.Rows;
    }

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
