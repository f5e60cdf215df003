using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

// Blocking, as in BLIS (Van Zee and van de Geijn, 2015). All three products are y[r, c] = Σ_p x(r, p)·w(p, c), with p from 0 to inner.
//
// A register block is a part of y in vector registers: 1 row of 4 vectors. At the right edge of y, blocks are 1×2, 2×1 or 1×1 vectors.
// A register tile is 4 or 6 blocks, one below the other. 6 rows of 4 vectors are 24 of the 32 registers of AVX-512.
// With 16 registers of 256 or 128 bits, a block is a single vector of 512 bits, or a quarter of it.
// The micro-kernel sums one register tile. For each p, it loads 4 vectors of row p of w once, and multiplies these vectors by one
// element of x for each row of the tile. So 4 loaded vectors serve 24 multiply-adds.
// A panel is a part of w, 4 vectors wide and at most 128 rows deep. It stays in the L1 cache while it is multiplied by all rows of x.
// A packed panel is a panel that is transposed into a buffer. x·wᵀ needs packed panels, because the elements of a vector would
// otherwise be in different rows of w.
// Prefetch: while the panels of some rows of w are multiplied, the next rows of w are prefetched. While the panels of the last rows are
// multiplied, an operand of the next product is prefetched. Only tiles of 6 blocks issue prefetches. A product without such tiles is so
// small that it would end before the data arrives.

/// <summary>Matrix products (GEMM): x·w, xᵀ·w and x·wᵀ, blocked for registers and caches.</summary>
internal static class MatMul
{
    // The largest number of rows of a panel. 128 rows of 4 vectors of 64 bytes are 32 KiB, which fit the L1 cache.
    private const int PanelDepth = 128;

    /// <summary>The kernel of <see cref="Autograd.Times"/>.</summary>
    public static RowKernel BindTimes<T>(KernelContext<T> context) where T : unmanaged, INumber<T>
    {
        var (x, w, y, next) = (context.X, context.Y, context.Z, context.Next);
        var (inner, columns) = (context.Argument.Columns, context.Columns);
        return (first, count) => Times(count, inner, columns, x.From(first), w, y.From(first), next);
    }

    /// <summary>The kernel of <see cref="Autograd.TransposeTimes"/>.</summary>
    public static RowKernel BindTransposeTimes<T>(KernelContext<T> context) where T : unmanaged, INumber<T>
    {
        var (x, w, y, argument, columns, next) = (context.X, context.Y, context.Z, context.Argument, context.Columns, context.Next);
        return (first, count) =>
            TransposeTimes(count, context.Layout.Rows(argument.Rows), columns, x.From(0, first), w, y.From(first), next);
    }

    /// <summary>
    /// The kernel of <see cref="Autograd.TimesTranspose"/>. For a program that always computes one row, packing costs more than it saves.
    /// Other programs always pack, so that the bits of a row do not depend on the number of rows.
    /// </summary>
    public static RowKernel BindTimesTranspose<T>(KernelContext<T> context) where T : unmanaged, INumber<T>
    {
        var (x, w, y, next, inner, columns) = (context.X, context.Y, context.Z, context.Next, context.Argument.Columns, context.Columns);
        if (context.Layout.Capacity(context.RowExtent) == 1)
            return (_, _) => DotRows(inner, columns, ref x.Start, ref w.Start, w.Stride, ref y.Start);
        var panel = context.Panel.Value;
        return (first, count) => TimesTranspose(count, inner, columns, x.From(first), w, panel, y.From(first), next);
    }

    /// <summary>True for the operations that this class computes.</summary>
    public static bool IsMatMul(Autograd.Operation operation) =>
        operation is Autograd.Times or Autograd.TransposeTimes or Autograd.TimesTranspose;

    /// <summary>The largest number of rows of w that one panel of a product covers.</summary>
    public static int PanelRows<T>(Autograd.Operation product) => product is Autograd.TimesTranspose ? PanelWidth<T>() : PanelDepth;

    /// <summary>Allocates a buffer for one packed panel.</summary>
    public static MatrixBuffer<T> AllocatePanel<T>() where T : unmanaged, INumber<T> =>
        MatrixBuffer<T>.Allocate(PanelDepth, PanelWidth<T>());

    /// <summary>
    /// y = x·w, where x is [rows, inner] and w is [inner, columns], or y + x·w if <paramref name="accumulate"/> is true. The last panels
    /// prefetch <paramref name="next"/>.
    /// </summary>
    public static void Times<T>(
        int rows, int inner, int columns, MatrixBuffer<T> x, MatrixBuffer<T> w, MatrixBuffer<T> y, in Prefetch next = default,
        bool accumulate = false)
        where T : unmanaged, INumber<T> => Multiply(accumulate, rows, inner, columns, ref x.Start, x.Stride, 1, w, y, next);

    /// <summary>
    /// y = xᵀ·w, where x is [inner, rows] and w is [inner, columns], or y + xᵀ·w if <paramref name="accumulate"/> is true. The last panels
    /// prefetch <paramref name="next"/>.
    /// </summary>
    public static void TransposeTimes<T>(
        int rows, int inner, int columns, MatrixBuffer<T> x, MatrixBuffer<T> w, MatrixBuffer<T> y, in Prefetch next = default,
        bool accumulate = false)
        where T : unmanaged, INumber<T> => Multiply(accumulate, rows, inner, columns, ref x.Start, 1, x.Stride, w, y, next);

    /// <summary>
    /// y = x·wᵀ, where x is [rows, inner] and w is [columns, inner]. Panels are packed in <paramref name="panel"/>. The last panels
    /// prefetch <paramref name="next"/>.
    /// </summary>
    public static void TimesTranspose<T>(
        int rows, int inner, int columns, MatrixBuffer<T> x, MatrixBuffer<T> w, MatrixBuffer<T> panel, MatrixBuffer<T> y,
        in Prefetch next = default)
        where T : unmanaged, INumber<T>
    {
        var (width, tiles) = (PanelWidth<T>(), rows / Six.Value);
        for (var c = 0; c < columns; c += width)
        {
            var (count, last) = (Math.Min(width, columns - c), c + width >= columns);
            var following = last ? default : Prefetch.Of(Math.Min(width, columns - c - width), w.From(c + width));
            ref readonly var prefetch = ref last ? ref next : ref following;
            for (var p = 0; p == 0 || p < inner; p += PanelDepth)
            {
                var depth = Math.Min(PanelDepth, inner - p);
                TransposeKernel.Transpose(count, depth, w.From(c, p), panel);
                MultiplyPanel(
                    p > 0, rows, depth, count, ref x.At(0, p), x.Stride, 1, ref panel.Start, panel.Stride, ref y.At(0, c), y.Stride,
                    prefetch, p / PanelDepth * tiles, inner / PanelDepth * tiles);
            }
        }
    }

    // y = x·w or xᵀ·w, or their sum with y. The element x(r, p) is r·xRow + p·xInner elements after the first element of x.
    private static void Multiply<T>(
        bool accumulate, int rows, int inner, int columns, ref T x, int xRow, int xInner, MatrixBuffer<T> w, MatrixBuffer<T> y,
        in Prefetch next)
        where T : unmanaged, INumber<T>
    {
        var (width, tiles) = (PanelWidth<T>(), rows / Six.Value);
        for (var p = 0; p == 0 || p < inner; p += PanelDepth) // if inner is 0, one empty panel stores zeros
        {
            var (depth, last) = (Math.Min(PanelDepth, inner - p), p + PanelDepth >= inner);
            var following = last ? default : Prefetch.Of(Math.Min(PanelDepth, inner - p - PanelDepth), w.From(p + PanelDepth));
            ref readonly var prefetch = ref last ? ref next : ref following;
            for (var c = 0; c < columns; c += width)
            {
                MultiplyPanel(
                    accumulate || p > 0, rows, depth, Math.Min(width, columns - c), ref Unsafe.Add(ref x, p * xInner), xRow, xInner,
                    ref w.At(p, c), w.Stride, ref y.At(0, c), y.Stride, prefetch, c / width * tiles, columns / width * tiles);
            }
        }
    }

    // The largest number of columns of a panel: 4 vectors.
    private static int PanelWidth<T>() => 4 * Vector512<T>.Count;

    // Computes the columns of y that belong to a panel. `tiles` tiles of 6 blocks share the prefetches, and this panel's
    // tiles are numbered from `tile` on. The method is inlined, because a call costs 10% of the time on the smallest model.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyPanel<T>(
        bool accumulate, int rows, int inner, int columns, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow,
        in Prefetch prefetch, int tile, int tiles)
        where T : unmanaged, INumber<T>
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            if (Vector256.IsHardwareAccelerated)
                MultiplyPanel<T, Block1x1<T>>(
                    accumulate, Vector512<T>.Count, rows, inner, columns, ref x, xRow, xInner, ref w, wRow, ref y, yRow);
            else
                MultiplyPanel<T, Block1xQuarter<T>>(
                    accumulate, Vector128<T>.Count, rows, inner, columns, ref x, xRow, xInner, ref w, wRow, ref y, yRow);
            return;
        }
        var lanes = Vector512<T>.Count;
        for (int c = 0, vectors; c < columns; c += vectors * lanes)
        {
            vectors = (columns - c + lanes - 1) / lanes is var left and not 3 ? left : 2;
            ref var wc = ref Unsafe.Add(ref w, c);
            var r = vectors < 4
                ? 0
                : MultiplySixRowTiles(accumulate, rows, inner, ref x, xRow, xInner, ref w, wRow, ref y, yRow, prefetch, tile, tiles);
            while (r < rows)
            {
                ref var xr = ref Unsafe.Add(ref x, r * xRow);
                ref var yr = ref Unsafe.Add(ref y, r * yRow + c);
                r += vectors == 4
                    ? MicroKernel.Run<T, Block1x4<T>, Four>(accumulate, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0)
                    : vectors == 2
                    ? MicroKernel.Run<T, Block1x2<T>, Four>(accumulate, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0)
                    : r + 4 < rows
                    ? MicroKernel.Run<T, Block2x1<T>, Four>(accumulate, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0)
                    : MicroKernel.Run<T, Block1x1<T>, Four>(accumulate, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0);
            }
        }
    }

    // Computes the columns of y that belong to a panel by narrow tiles, for processors with 16 registers of 256 or 128 bits. A tile of 6
    // blocks of 512 bits has 12 registers of 256 bits, and a tile of quarter blocks has 6 registers of 128 bits.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void MultiplyPanel<T, TBlock>(
        bool accumulate, int width, int rows, int inner, int columns, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow)
        where T : unmanaged, INumber<T>
        where TBlock : struct, IRegisterBlock<T, TBlock>
    {
        var cached = (nint)Unsafe.AsPointer(ref x); // the tiles prefetch nothing new
        for (var c = 0; c < columns; c += width)
        {
            ref var wc = ref Unsafe.Add(ref w, c);
            for (var r = 0; r < rows;)
            {
                ref var xr = ref Unsafe.Add(ref x, r * xRow);
                ref var yr = ref Unsafe.Add(ref y, r * yRow + c);
                r += rows - r is > 8 or 5 or 6
                    ? MicroKernel.Run<T, TBlock, Six>(accumulate, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, cached, 0)
                    : MicroKernel.Run<T, TBlock, Four>(accumulate, inner, ref xr, xRow, xInner, ref wc, wRow, ref yr, yRow, 0, 0);
            }
        }
    }

    // Computes tiles of 6 rows of 4 vectors, the size that reuses each loaded vector most. Returns the number of rows computed. If 4
    // rows or fewer, 7 rows, or 8 rows are left, the method stops: tiles of 4 rows fit these numbers better.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int MultiplySixRowTiles<T>(
        bool accumulate, int rows, int inner, ref T x, int xRow, int xInner, ref T w, int wRow, ref T y, int yRow,
        in Prefetch prefetch, int tile, int tiles)
        where T : unmanaged, INumber<T>
    {
        var r = 0;
        while (rows - r is > 8 or 5 or 6)
        {
            ref var xr = ref Unsafe.Add(ref x, r * xRow);
            ref var yr = ref Unsafe.Add(ref y, r * yRow);
            var (address, stride) = prefetch.Share(tile++, tiles, inner);
            r += MicroKernel.Run<T, Block1x4<T>, Six>(accumulate, inner, ref xr, xRow, xInner, ref w, wRow, ref yr, yRow, address, stride);
        }
        return r;
    }

    /// <summary>y = x·wᵀ for a single row x: one dot product for each row of w. Four dot products share each loaded vector of x.</summary>
    public static void DotRows<T>(int inner, int columns, ref T x, ref T w, nint wRow, ref T y) where T : unmanaged, INumber<T>
    {
        for (var c = 0; c < columns; c += 4)
        {
            var (y0, y1, y2, y3, p) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, 0);
            for (; p + Vector512<T>.Count <= inner; p += Vector512<T>.Count)
            {
                var row = Vector512.LoadUnsafe(ref x, (nuint)p);
                ref var wp = ref Unsafe.Add(ref w, p);
                y0 = Simd.Fma(row, Vector512.LoadUnsafe(ref wp), y0);
                y1 = Simd.Fma(row, Vector512.LoadUnsafe(ref wp, (nuint)wRow), y1);
                y2 = Simd.Fma(row, Vector512.LoadUnsafe(ref wp, (nuint)(2 * wRow)), y2);
                y3 = Simd.Fma(row, Vector512.LoadUnsafe(ref wp, (nuint)(3 * wRow)), y3);
            }
            if (p < inner)
            {
                var row = Vector512.LoadUnsafe(ref x, (nuint)p);
                ref var wp = ref Unsafe.Add(ref w, p);
                y0 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref wp), inner - p, Vector512<T>.Zero);
                y1 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref wp, (nuint)wRow), inner - p, Vector512<T>.Zero);
                y2 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref wp, (nuint)(2 * wRow)), inner - p, Vector512<T>.Zero);
                y3 += Simd.SelectHead(row * Vector512.LoadUnsafe(ref wp, (nuint)(3 * wRow)), inner - p, Vector512<T>.Zero);
            }
            Simd.StoreSums(y0, y1, y2, y3, ref y);
            w = ref Unsafe.Add(ref w, 4 * wRow);
            y = ref Unsafe.Add(ref y, 4);
        }
    }
}
