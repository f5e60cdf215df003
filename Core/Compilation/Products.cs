using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// The products of matrices. All three are one sum, y[r, c] = Σ_p x(r, p)·w(p, c), in which x is read along its rows or along its
/// columns, and w is turned a panel at a time where its rows are not at hand; it is computed a tile of y at a time, held in registers.
/// </summary>
public static class Products
{
    // So many rows of w are summed at once: four registers of each stay in the nearest cache while all rows of x pass.
    private const int Depth = 128;

    internal static Action? Kernel<T>(Site<T> site) where T : unmanaged, INumber<T>
    {
        var (x, y, z, columns, argument, panel) = (site.X, site.Y, site.Z, site.Columns, site.Argument, site.Panel);
        return site.Node.Operation switch
        {
            Autograd.Times => () => Times(site.Rows(), argument.Columns, columns, x, y, z),
            Autograd.TransposeTimes => () => TransposeTimes(argument.Columns, site.Layout.Rows(argument.Rows), columns, x, y, z),
            Autograd.TimesTranspose => () => TimesTranspose(site.Rows(), argument.Columns, columns, x, y, panel, z),
            _ => null,
        };
    }

    /// <summary>Room for what is summed at once of a w that is turned.</summary>
    public static Block<T> Panel<T>() where T : unmanaged, INumber<T> => Block<T>.Of(Depth, 4 * Vector512<T>.Count);

    /// <summary>y = x·w: [rows, inner] by [inner, columns].</summary>
    public static void Times<T>(int rows, int inner, int columns, Block<T> x, Block<T> w, Block<T> y) where T : unmanaged, INumber<T> =>
        Run(rows, inner, columns, ref x.Start, x.Stride, 1, w, null, y, default);

    /// <summary>
    /// y = xᵀ·w: [inner, rows] by [inner, columns]. Meanwhile as many rows of three other blocks, which have y's columns, are asked for.
    /// </summary>
    public static void TransposeTimes<T>(int rows, int inner, int columns, Block<T> x, Block<T> w, Block<T> y, ReadOnlySpan<Block<T>> meanwhile = default)
        where T : unmanaged, INumber<T> => Run(rows, inner, columns, ref x.Start, 1, x.Stride, w, null, y, meanwhile);

    /// <summary>y = x·wᵀ: [rows, inner] by [columns, inner]. For a single row nothing is worth turning.</summary>
    public static void TimesTranspose<T>(int rows, int inner, int columns, Block<T> x, Block<T> w, Block<T> panel, Block<T> y)
        where T : unmanaged, INumber<T>
    {
        if (rows == 1) Dots(inner, columns, ref x.Start, ref w.Start, w.Stride, ref y.Start);
        else Run(rows, inner, columns, ref x.Start, x.Stride, 1, w, panel, y, default);
    }

    private static void Run<T>(
        int rows, int inner, int columns, ref T x, int xRow, int xInner, Block<T> w, Block<T>? turned, Block<T> y, ReadOnlySpan<Block<T>> meanwhile)
        where T : unmanaged, INumber<T>
    {
        var lanes = Vector512<T>.Count;
        for (var p = 0; p == 0 || p < inner; p += Depth)   // once where there is nothing to sum: that makes zeros
        {
            var depth = Math.Min(Depth, inner - p);
            for (int c = 0, width; c < columns; c += width)
            {
                var registers = (columns - c + lanes - 1) / lanes is var left and not 3 ? Math.Min(4, left) : 2;
                width = registers * lanes;
                var panel = turned ?? w.From(p, c);
                if (turned is not null) Transposition.Transpose(Math.Min(width, columns - c), depth, w.From(c, p), panel);
                ref var xp = ref Unsafe.Add(ref x, p * xInner);
                var r = registers < 4 ? 0
                    : Sixes(p > 0, rows, depth, ref xp, xRow, xInner, panel, y.From(0, c), Soon(rows, inner, columns, p, c, w, turned is not null, meanwhile));
                while (r < rows)
                {
                    ref var xr = ref Unsafe.Add(ref xp, r * xRow);
                    ref var yr = ref y.At(r, c);
                    r += registers == 4 ? Tile<T, Wide<T>, Four>(p > 0, depth, ref xr, xRow, xInner, ref panel.Start, panel.Stride, ref yr, y.Stride, 0, 0)
                        : registers == 2 ? Tile<T, Pair<T>, Four>(p > 0, depth, ref xr, xRow, xInner, ref panel.Start, panel.Stride, ref yr, y.Stride, 0, 0)
                        : r + 4 < rows ? Tile<T, Tall<T>, Four>(p > 0, depth, ref xr, xRow, xInner, ref panel.Start, panel.Stride, ref yr, y.Stride, 0, 0)
                        : Tile<T, Strip<T>, Four>(p > 0, depth, ref xr, xRow, xInner, ref panel.Start, panel.Stride, ref yr, y.Stride, 0, 0);
                }
            }
        }
    }

    // What is needed after the panel of four registers at p, c: its share of the other blocks, or, where there are none, the next panel.
    private static Prefetch<T> Soon<T>(int rows, int inner, int columns, int p, int c, Block<T> w, bool turned, ReadOnlySpan<Block<T>> meanwhile)
        where T : unmanaged, INumber<T>
    {
        var width = 4 * Vector512<T>.Count;
        if (!meanwhile.IsEmpty) return Prefetch<T>.Rows(meanwhile, rows, Math.Clamp(inner, 1, Depth), c / width * rows / Six.Value);
        var (nextP, nextC) = c + width < columns ? (p, c + width) : (p + Depth, 0);
        return nextP >= inner ? default
            : turned ? Prefetch<T>.Columns(w.From(nextC, nextP), Math.Min(Depth, inner - nextP))
            : Prefetch<T>.Columns(w.From(nextP, nextC), width);
    }

    // Six rows of four registers use most often what was loaded; four are enough for what six would not fill. How many rows those are.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Sixes<T>(bool more, int rows, int depth, ref T x, int xRow, int xInner, Block<T> panel, Block<T> y, in Prefetch<T> soon)
        where T : unmanaged, INumber<T>
    {
        var r = 0;
        while (rows - r is > 8 or 5 or 6)
        {
            ref var xr = ref Unsafe.Add(ref x, r * xRow);
            var (line, step) = soon.Piece(r / Six.Value, ref xr);
            r += Tile<T, Wide<T>, Six>(more, depth, ref xr, xRow, xInner, ref panel.Start, panel.Stride, ref y.At(r), y.Stride, line, step);
        }
        return r;
    }

    // Four strips of y or six, from the top down; how many rows of y they are. Six ask for a line of what is needed soon with each term.
    // Inlined, it would leave no room for its strips to be.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Tile<T, TStrip, TCount>(bool more, int inner, ref T x, nint xRow, nint xInner, ref T w, nint wRow, ref T y, nint yRow, nint line, nint step)
        where T : unmanaged, INumber<T>
        where TStrip : struct, IStrip<T, TStrip>
        where TCount : struct, ICount
    {
        TStrip y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        if (more)
        {
            y0 = TStrip.Reload(ref y, yRow);
            y1 = TStrip.Reload(ref Unsafe.Add(ref y, TStrip.Rows * yRow), yRow);
            y2 = TStrip.Reload(ref Unsafe.Add(ref y, 2 * TStrip.Rows * yRow), yRow);
            y3 = TStrip.Reload(ref Unsafe.Add(ref y, 3 * TStrip.Rows * yRow), yRow);
            if (TCount.Value == 6)
            {
                y4 = TStrip.Reload(ref Unsafe.Add(ref y, 4 * TStrip.Rows * yRow), yRow);
                y5 = TStrip.Reload(ref Unsafe.Add(ref y, 5 * TStrip.Rows * yRow), yRow);
            }
        }
        for (var p = 0; p < inner; p++)
        {
            var row = TStrip.Load(ref w);
            y0 = y0.Plus(ref x, xRow, row);
            y1 = y1.Plus(ref Unsafe.Add(ref x, TStrip.Rows * xRow), xRow, row);
            y2 = y2.Plus(ref Unsafe.Add(ref x, 2 * TStrip.Rows * xRow), xRow, row);
            y3 = y3.Plus(ref Unsafe.Add(ref x, 3 * TStrip.Rows * xRow), xRow, row);
            if (TCount.Value == 6)
            {
                y4 = y4.Plus(ref Unsafe.Add(ref x, 4 * TStrip.Rows * xRow), xRow, row);
                y5 = y5.Plus(ref Unsafe.Add(ref x, 5 * TStrip.Rows * xRow), xRow, row);
                Register.Prefetch(line);
                line += step;
            }
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y0.Store(ref y, yRow);
        y1.Store(ref Unsafe.Add(ref y, TStrip.Rows * yRow), yRow);
        y2.Store(ref Unsafe.Add(ref y, 2 * TStrip.Rows * yRow), yRow);
        y3.Store(ref Unsafe.Add(ref y, 3 * TStrip.Rows * yRow), yRow);
        if (TCount.Value == 6)
        {
            y4.Store(ref Unsafe.Add(ref y, 4 * TStrip.Rows * yRow), yRow);
            y5.Store(ref Unsafe.Add(ref y, 5 * TStrip.Rows * yRow), yRow);
        }
        return TCount.Value * TStrip.Rows;
    }

    /// <summary>y = x·wᵀ of a single row x, four products of which share what is loaded of it.</summary>
    public static void Dots<T>(int inner, int columns, ref T x, ref T w, nint wRow, ref T y) where T : unmanaged, INumber<T>
    {
        for (var c = 0; c < columns; c += 4)
        {
            var (y0, y1, y2, y3, p) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, 0);
            for (; p + Vector512<T>.Count <= inner; p += Vector512<T>.Count)
            {
                var row = Vector512.LoadUnsafe(ref x, (nuint)p);
                ref var at = ref Unsafe.Add(ref w, p);
                y0 = Register.Fma(row, Vector512.LoadUnsafe(ref at), y0);
                y1 = Register.Fma(row, Vector512.LoadUnsafe(ref at, (nuint)wRow), y1);
                y2 = Register.Fma(row, Vector512.LoadUnsafe(ref at, (nuint)(2 * wRow)), y2);
                y3 = Register.Fma(row, Vector512.LoadUnsafe(ref at, (nuint)(3 * wRow)), y3);
            }
            if (p < inner)
            {
                var row = Vector512.LoadUnsafe(ref x, (nuint)p);
                ref var at = ref Unsafe.Add(ref w, p);
                y0 += Register.Head(row * Vector512.LoadUnsafe(ref at), inner - p, Vector512<T>.Zero);
                y1 += Register.Head(row * Vector512.LoadUnsafe(ref at, (nuint)wRow), inner - p, Vector512<T>.Zero);
                y2 += Register.Head(row * Vector512.LoadUnsafe(ref at, (nuint)(2 * wRow)), inner - p, Vector512<T>.Zero);
                y3 += Register.Head(row * Vector512.LoadUnsafe(ref at, (nuint)(3 * wRow)), inner - p, Vector512<T>.Zero);
            }
            Register.StoreSums(y0, y1, y2, y3, ref y);
            w = ref Unsafe.Add(ref w, 4 * wRow);
            y = ref Unsafe.Add(ref y, 4);
        }
    }
}
