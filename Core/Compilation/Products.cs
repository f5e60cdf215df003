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
        for (var c = 0; c < columns;)
        {
            var registers = Math.Min(4, (columns - c + lanes - 1) / lanes);
            ref var wc = ref Unsafe.Add(ref w.Start, c);
            for (var r = 0; r < rows;)
            {
                ref var xr = ref Unsafe.Add(ref x, r * xRow);
                ref var yr = ref Unsafe.Add(ref y.Start, r * y.Stride + c);
                if (registers == 4) Tile4x4(inner, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride);
                else if (registers >= 2) Tile4x2(inner, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride);
                else if (r + 4 < rows) { Tile8x1(inner, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride); r += 4; }
                else Tile4x1(inner, ref xr, xRow, xInner, ref wc, w.Stride, ref yr, y.Stride);
                r += 4;
            }
            c += (registers == 3 ? 2 : registers) * lanes;
        }
    }

    private static void Tile4x1<T>(int inner, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow)
        where T : unmanaged, INumber<T>
    {
        Vector512<T> y00 = default, y10 = default, y20 = default, y30 = default;
        for (var p = 0; p < inner; p++)
        {
            var w0 = Vector512.LoadUnsafe(ref w);
            var x0 = Vector512.Create(x);
            y00 = Register.Fma(x0, w0, y00);
            var x1 = Vector512.Create(Unsafe.Add(ref x, xRow));
            y10 = Register.Fma(x1, w0, y10);
            var x2 = Vector512.Create(Unsafe.Add(ref x, 2 * xRow));
            y20 = Register.Fma(x2, w0, y20);
            var x3 = Vector512.Create(Unsafe.Add(ref x, 3 * xRow));
            y30 = Register.Fma(x3, w0, y30);
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y00.StoreUnsafe(ref y);
        y10.StoreUnsafe(ref y, (nuint)(yRow));
        y20.StoreUnsafe(ref y, (nuint)(2 * yRow));
        y30.StoreUnsafe(ref y, (nuint)(3 * yRow));
    }

    private static void Tile8x1<T>(int inner, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow)
        where T : unmanaged, INumber<T>
    {
        Vector512<T> y00 = default, y10 = default, y20 = default, y30 = default, y40 = default, y50 = default, y60 = default, y70 = default;
        for (var p = 0; p < inner; p++)
        {
            var w0 = Vector512.LoadUnsafe(ref w);
            var x0 = Vector512.Create(x);
            y00 = Register.Fma(x0, w0, y00);
            var x1 = Vector512.Create(Unsafe.Add(ref x, xRow));
            y10 = Register.Fma(x1, w0, y10);
            var x2 = Vector512.Create(Unsafe.Add(ref x, 2 * xRow));
            y20 = Register.Fma(x2, w0, y20);
            var x3 = Vector512.Create(Unsafe.Add(ref x, 3 * xRow));
            y30 = Register.Fma(x3, w0, y30);
            var x4 = Vector512.Create(Unsafe.Add(ref x, 4 * xRow));
            y40 = Register.Fma(x4, w0, y40);
            var x5 = Vector512.Create(Unsafe.Add(ref x, 5 * xRow));
            y50 = Register.Fma(x5, w0, y50);
            var x6 = Vector512.Create(Unsafe.Add(ref x, 6 * xRow));
            y60 = Register.Fma(x6, w0, y60);
            var x7 = Vector512.Create(Unsafe.Add(ref x, 7 * xRow));
            y70 = Register.Fma(x7, w0, y70);
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y00.StoreUnsafe(ref y);
        y10.StoreUnsafe(ref y, (nuint)(yRow));
        y20.StoreUnsafe(ref y, (nuint)(2 * yRow));
        y30.StoreUnsafe(ref y, (nuint)(3 * yRow));
        y40.StoreUnsafe(ref y, (nuint)(4 * yRow));
        y50.StoreUnsafe(ref y, (nuint)(5 * yRow));
        y60.StoreUnsafe(ref y, (nuint)(6 * yRow));
        y70.StoreUnsafe(ref y, (nuint)(7 * yRow));
    }

    private static void Tile4x2<T>(int inner, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow)
        where T : unmanaged, INumber<T>
    {
        Vector512<T> y00 = default, y01 = default, y10 = default, y11 = default, y20 = default, y21 = default, y30 = default, y31 = default;
        for (var p = 0; p < inner; p++)
        {
            var w0 = Vector512.LoadUnsafe(ref w);
            var w1 = Vector512.LoadUnsafe(ref w, (nuint)Vector512<T>.Count);
            var x0 = Vector512.Create(x);
            y00 = Register.Fma(x0, w0, y00);
            y01 = Register.Fma(x0, w1, y01);
            var x1 = Vector512.Create(Unsafe.Add(ref x, xRow));
            y10 = Register.Fma(x1, w0, y10);
            y11 = Register.Fma(x1, w1, y11);
            var x2 = Vector512.Create(Unsafe.Add(ref x, 2 * xRow));
            y20 = Register.Fma(x2, w0, y20);
            y21 = Register.Fma(x2, w1, y21);
            var x3 = Vector512.Create(Unsafe.Add(ref x, 3 * xRow));
            y30 = Register.Fma(x3, w0, y30);
            y31 = Register.Fma(x3, w1, y31);
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y00.StoreUnsafe(ref y);
        y01.StoreUnsafe(ref y, (nuint)(Vector512<T>.Count));
        y10.StoreUnsafe(ref y, (nuint)(yRow));
        y11.StoreUnsafe(ref y, (nuint)(yRow + Vector512<T>.Count));
        y20.StoreUnsafe(ref y, (nuint)(2 * yRow));
        y21.StoreUnsafe(ref y, (nuint)(2 * yRow + Vector512<T>.Count));
        y30.StoreUnsafe(ref y, (nuint)(3 * yRow));
        y31.StoreUnsafe(ref y, (nuint)(3 * yRow + Vector512<T>.Count));
    }

    private static void Tile4x4<T>(int inner, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow)
        where T : unmanaged, INumber<T>
    {
        Vector512<T> y00 = default, y01 = default, y02 = default, y03 = default, y10 = default, y11 = default, y12 = default, y13 = default, y20 = default, y21 = default, y22 = default, y23 = default, y30 = default, y31 = default, y32 = default, y33 = default;
        for (var p = 0; p < inner; p++)
        {
            var w0 = Vector512.LoadUnsafe(ref w);
            var w1 = Vector512.LoadUnsafe(ref w, (nuint)Vector512<T>.Count);
            var w2 = Vector512.LoadUnsafe(ref w, (nuint)(2 * Vector512<T>.Count));
            var w3 = Vector512.LoadUnsafe(ref w, (nuint)(3 * Vector512<T>.Count));
            var x0 = Vector512.Create(x);
            y00 = Register.Fma(x0, w0, y00);
            y01 = Register.Fma(x0, w1, y01);
            y02 = Register.Fma(x0, w2, y02);
            y03 = Register.Fma(x0, w3, y03);
            var x1 = Vector512.Create(Unsafe.Add(ref x, xRow));
            y10 = Register.Fma(x1, w0, y10);
            y11 = Register.Fma(x1, w1, y11);
            y12 = Register.Fma(x1, w2, y12);
            y13 = Register.Fma(x1, w3, y13);
            var x2 = Vector512.Create(Unsafe.Add(ref x, 2 * xRow));
            y20 = Register.Fma(x2, w0, y20);
            y21 = Register.Fma(x2, w1, y21);
            y22 = Register.Fma(x2, w2, y22);
            y23 = Register.Fma(x2, w3, y23);
            var x3 = Vector512.Create(Unsafe.Add(ref x, 3 * xRow));
            y30 = Register.Fma(x3, w0, y30);
            y31 = Register.Fma(x3, w1, y31);
            y32 = Register.Fma(x3, w2, y32);
            y33 = Register.Fma(x3, w3, y33);
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y00.StoreUnsafe(ref y);
        y01.StoreUnsafe(ref y, (nuint)(Vector512<T>.Count));
        y02.StoreUnsafe(ref y, (nuint)(2 * Vector512<T>.Count));
        y03.StoreUnsafe(ref y, (nuint)(3 * Vector512<T>.Count));
        y10.StoreUnsafe(ref y, (nuint)(yRow));
        y11.StoreUnsafe(ref y, (nuint)(yRow + Vector512<T>.Count));
        y12.StoreUnsafe(ref y, (nuint)(yRow + 2 * Vector512<T>.Count));
        y13.StoreUnsafe(ref y, (nuint)(yRow + 3 * Vector512<T>.Count));
        y20.StoreUnsafe(ref y, (nuint)(2 * yRow));
        y21.StoreUnsafe(ref y, (nuint)(2 * yRow + Vector512<T>.Count));
        y22.StoreUnsafe(ref y, (nuint)(2 * yRow + 2 * Vector512<T>.Count));
        y23.StoreUnsafe(ref y, (nuint)(2 * yRow + 3 * Vector512<T>.Count));
        y30.StoreUnsafe(ref y, (nuint)(3 * yRow));
        y31.StoreUnsafe(ref y, (nuint)(3 * yRow + Vector512<T>.Count));
        y32.StoreUnsafe(ref y, (nuint)(3 * yRow + 2 * Vector512<T>.Count));
        y33.StoreUnsafe(ref y, (nuint)(3 * yRow + 3 * Vector512<T>.Count));
    }

    /// <summary>y = wᵀ: [rows, columns] to [columns, rows], a square at a time, so that both stay in the cache.</summary>
    public static void Transpose<T>(int rows, int columns, Block<T> w, Block<T> y) where T : unmanaged, INumber<T>
    {
        const int Square = 16;
        for (var i = 0; i < rows; i += Square)
            for (var j = 0; j < columns; j += Square)
                TransposeSquare(Math.Min(Square, rows - i), Math.Min(Square, columns - j),
                    ref Unsafe.Add(ref w.Start, i * w.Stride + j), w.Stride, ref Unsafe.Add(ref y.Start, j * y.Stride + i), y.Stride);
    }

    private static void TransposeSquare<T>(int rows, int columns, ref T w, int wRow, ref T y, int yRow) where T : unmanaged
    {
        var side = !Sse2.IsSupported ? 1 : typeof(T) == typeof(float) ? 4 : 2;
        for (var j = 0; j < columns; j += side)
        {
            for (var i = 0; i < rows; i += side)
            {
                ref var from = ref Unsafe.Add(ref w, i * wRow + j);
                ref var to = ref Unsafe.Add(ref y, j * yRow + i);
                if (side == 4) Transpose4x4(ref Unsafe.As<T, float>(ref from), wRow, ref Unsafe.As<T, float>(ref to), yRow);
                else if (side == 2) Transpose2x2(ref Unsafe.As<T, double>(ref from), wRow, ref Unsafe.As<T, double>(ref to), yRow);
                else to = from;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(ref float w, int wRow, ref float y, int yRow)
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
    private static void Transpose2x2(ref double w, int wRow, ref double y, int yRow)
    {
        var (a, b) = (Vector128.LoadUnsafe(ref w), Vector128.LoadUnsafe(ref w, (nuint)wRow));
        Sse2.UnpackLow(a, b).StoreUnsafe(ref y);
        Sse2.UnpackHigh(a, b).StoreUnsafe(ref y, (nuint)yRow);
    }
}
