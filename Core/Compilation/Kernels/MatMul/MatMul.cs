using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// The products of matrices. All three are one sum, y[r, c] = Σ_p x(r, p)·w(p, c), in which x is read along its rows or along its
/// columns, and w is turned a panel at a time where its rows are not at hand; it is computed a tile of y at a time, held in registers.
/// While some rows of w are used, those after them are asked for, and while the last are, what is needed after the product: by whole
/// tiles of whole panels, since a product of less is done before anything comes.
/// </summary>
internal static class MatMul
{
    // So many rows of w are summed at once: four registers of each stay in the nearest cache while all rows of x pass.
    private const int PanelDepth = 128;

    internal static Action? Kernel<T>(KernelContext<T> site) where T : unmanaged, INumber<T>
    {
        var (x, y, z, columns, argument, panel) = (site.X, site.Y, site.Z, site.Columns, site.Argument, site.Panel);
        var next = site.Next is var (block, rows) ? Prefetch.Of(rows, block) : default;
        return site.Node.Operation switch
        {
            Autograd.Times => () => Times(site.Rows(), argument.Columns, columns, x, y, z, next),
            Autograd.TransposeTimes => () => TransposeTimes(argument.Columns, site.Layout.Rows(argument.Rows), columns, x, y, z, next),
            Autograd.TimesTranspose => () => TimesTranspose(site.Rows(), argument.Columns, columns, x, y, panel, z, next),
            _ => null,
        };
    }

    /// <summary>Whether an operation is a product.</summary>
    public static bool IsMatMul(Autograd.Operation operation) => operation is Autograd.Times or Autograd.TransposeTimes or Autograd.TimesTranspose;

    /// <summary>How many rows of w a product uses at once, if it has as many.</summary>
    public static int PanelRows<T>(Autograd.Operation product) => product is Autograd.TimesTranspose ? PanelWidth<T>() : PanelDepth;

    /// <summary>Room for what is summed at once of a w that is turned.</summary>
    public static MatrixBuffer<T> AllocatePanel<T>() where T : unmanaged, INumber<T> => MatrixBuffer<T>.Allocate(PanelDepth, PanelWidth<T>());

    /// <summary>y = x·w: [rows, inner] by [inner, columns]. What is needed next is asked for at the end.</summary>
    public static void Times<T>(int rows, int inner, int columns, MatrixBuffer<T> x, MatrixBuffer<T> w, MatrixBuffer<T> y, in Prefetch next = default)
        where T : unmanaged, INumber<T> => Multiply(rows, inner, columns, ref x.Start, x.Stride, 1, w, y, next);

    /// <summary>y = xᵀ·w: [inner, rows] by [inner, columns]. What is needed next is asked for at the end.</summary>
    public static void TransposeTimes<T>(int rows, int inner, int columns, MatrixBuffer<T> x, MatrixBuffer<T> w, MatrixBuffer<T> y, in Prefetch next = default)
        where T : unmanaged, INumber<T> => Multiply(rows, inner, columns, ref x.Start, 1, x.Stride, w, y, next);

    /// <summary>y = x·wᵀ: [rows, inner] by [columns, inner]. What is needed next is asked for at the end.</summary>
    public static void TimesTranspose<T>(int rows, int inner, int columns, MatrixBuffer<T> x, MatrixBuffer<T> w, MatrixBuffer<T> panel, MatrixBuffer<T> y, in Prefetch next = default)
        where T : unmanaged, INumber<T>
    {
        if (rows == 1)
        {
            DotRows(inner, columns, ref x.Start, ref w.Start, w.Stride, ref y.Start); // nothing is worth turning for a single row
            return;
        }
        var (width, tiles) = (PanelWidth<T>(), rows / Six.Value);
        for (var c = 0; c < columns; c += width)
        {
            var (count, last) = (Math.Min(width, columns - c), c + width >= columns);
            var following = last ? default : Prefetch.Of(Math.Min(width, columns - c - width), w.From(c + width));
            ref readonly var soon = ref last ? ref next : ref following;
            for (var p = 0; p == 0 || p < inner; p += PanelDepth)
            {
                var depth = Math.Min(PanelDepth, inner - p);
                TransposeKernel.Transpose(count, depth, w.From(c, p), panel);
                MultiplyPanel(p > 0, rows, depth, count, ref x.At(0, p), x.Stride, 1, ref panel.Start, panel.Stride, ref y.At(0, c), y.Stride,
                    soon, p / PanelDepth * tiles, inner / PanelDepth * tiles);
            }
        }
    }

    private static void Multiply<T>(int rows, int inner, int columns, ref T x, int xRow, int xInner, MatrixBuffer<T> w, MatrixBuffer<T> y, in Prefetch next)
        where T : unmanaged, INumber<T>
    {
        var (width, tiles) = (PanelWidth<T>(), rows / Six.Value);
        for (var p = 0; p == 0 || p < inner; p += PanelDepth)   // once where there is nothing to sum: that makes zeros
        {
            var (depth, last) = (Math.Min(PanelDepth, inner - p), p + PanelDepth >= inner);
            var following = last ? default : Prefetch.Of(Math.Min(PanelDepth, inner - p - PanelDepth), w.From(p + PanelDepth));
            ref readonly var soon = ref last ? ref next : ref following;
            for (var c = 0; c < columns; c += width)
                MultiplyPanel(p > 0, rows, depth, Math.Min(width, columns - c), ref Unsafe.Add(ref x, p * xInner), xRow, xInner,
                    ref w.At(p, c), w.Stride, ref y.At(0, c), y.Stride, soon, c / width * tiles, columns / width * tiles);
        }
    }

    // The widest panel of w that is used at once: four registers.
    private static int PanelWidth<T>() => 4 * Vector512<T>.Count;

    // A panel of y, whose tiles are so many of those that ask for what is needed soon, from one on.
    // A call of its own would cost the smallest model a tenth.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyPanel<T>(
        bool more, int rows, int inner, int columns, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow, in Prefetch soon, int tile, int tiles)
        where T : unmanaged, INumber<T>
    {
        var lanes = Vector512<T>.Count;
        for (int c = 0, registers; c < columns; c += registers * lanes)
        {
            registers = (columns - c + lanes - 1) / lanes is var left and not 3 ? left : 2;
            ref var wc = ref Unsafe.Add(ref w, c);
            var r = registers < 4 ? 0 : MultiplySixRowTiles(more, rows, inner, ref x, xRow, xInner, ref w, wRow, ref y, yRow, soon, tile, tiles);
            while (r < rows)
            {
                ref var xr = ref Unsafe.Add(ref x, r * xRow);
                ref var yr = ref Unsafe.Add(ref y, r * yRow + c);
                r += registers == 4 ? MicroKernel.Run<T, Block1x4<T>, Four>(more, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0)
                    : registers == 2 ? MicroKernel.Run<T, Block1x2<T>, Four>(more, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0)
                    : r + 4 < rows ? MicroKernel.Run<T, Block2x1<T>, Four>(more, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0)
                    : MicroKernel.Run<T, Block1x1<T>, Four>(more, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0);
            }
        }
    }

    // Six rows of four registers use most often what was loaded; four are enough for what six would not fill. How many rows those are.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int MultiplySixRowTiles<T>(
        bool more, int rows, int inner, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow, in Prefetch soon, int tile, int tiles)
        where T : unmanaged, INumber<T>
    {
        var r = 0;
        while (rows - r is > 8 or 5 or 6)
        {
            ref var xr = ref Unsafe.Add(ref x, r * xRow);
            ref var yr = ref Unsafe.Add(ref y, r * yRow);
            var (line, step) = soon.Share(tile++, tiles, inner);
            r += MicroKernel.Run<T, Block1x4<T>, Six>(more, inner, ref xr, xRow, xInner, ref w, wRow, ref yr, yRow, line, step);
        }
        return r;
    }

    /// <summary>y = x·wᵀ of a single row x, four products of which share what is loaded of it.</summary>
    public static void DotRows<T>(int inner, int columns, ref T x, ref T w, nint wRow, ref T y) where T : unmanaged, INumber<T>
    {
        for (var c = 0; c < columns; c += 4)
        {
            var (y0, y1, y2, y3, p) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, 0);
            for (; p + Vector512<T>.Count <= inner; p += Vector512<T>.Count)
            {
                var row = Vector512.LoadUnsafe(ref x, (nuint)p);
                ref var at = ref Unsafe.Add(ref w, p);
                y0 = Simd.Fma(row, Vector512.LoadUnsafe(ref at), y0);
                y1 = Simd.Fma(row, Vector512.LoadUnsafe(ref at, (nuint)wRow), y1);
                y2 = Simd.Fma(row, Vector512.LoadUnsafe(ref at, (nuint)(2 * wRow)), y2);
                y3 = Simd.Fma(row, Vector512.LoadUnsafe(ref at, (nuint)(3 * wRow)), y3);
            }
            if (p < inner)
            {
                var row = Vector512.LoadUnsafe(ref x, (nuint)p);
                ref var at = ref Unsafe.Add(ref w, p);
                y0 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref at), inner - p, Vector512<T>.Zero);
                y1 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref at, (nuint)wRow), inner - p, Vector512<T>.Zero);
                y2 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref at, (nuint)(2 * wRow)), inner - p, Vector512<T>.Zero);
                y3 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref at, (nuint)(3 * wRow)), inner - p, Vector512<T>.Zero);
            }
            Simd.StoreSums(y0, y1, y2, y3, ref y);
            w = ref Unsafe.Add(ref w, 4 * wRow);
            y = ref Unsafe.Add(ref y, 4);
        }
    }
}
