using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroGpt.Compilation;

/// <summary>The micro-kernel of matrix multiplication: the loop that sums one register tile of y = x·w.</summary>
internal static class MicroKernel
{
    /// <summary>
    /// Computes a register tile of 4 or 6 blocks, one below the other, and returns the number of its rows. If <paramref name="accumulate"/>
    /// is true, the tile is added to y, otherwise it overwrites y.
    /// </summary>
    /// <remarks>
    /// A tile of 6 blocks issues one prefetch in each inner iteration. The first prefetch is at <paramref name="prefetchAddress"/>, and
    /// each later prefetch is <paramref name="prefetchStride"/> bytes after the prefetch before it.
    /// </remarks>
    // The method is not inlined, because the JIT would not inline the blocks' methods into a larger method.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Run<T, TBlock, TCount>(
        bool accumulate, int inner, ref T x, nint xRow, nint xInner, ref T w, nint wRow, ref T y, nint yRow,
        nint prefetchAddress, nint prefetchStride)
        where T : unmanaged, INumber<T>
        where TBlock : struct, IRegisterBlock<T, TBlock>
        where TCount : struct, IBlockCount
    {
        TBlock y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        if (accumulate)
        {
            y0 = TBlock.Reload(ref y, yRow);
            y1 = TBlock.Reload(ref Unsafe.Add(ref y, TBlock.Rows * yRow), yRow);
            y2 = TBlock.Reload(ref Unsafe.Add(ref y, 2 * TBlock.Rows * yRow), yRow);
            y3 = TBlock.Reload(ref Unsafe.Add(ref y, 3 * TBlock.Rows * yRow), yRow);
            if (TCount.Value == 6)
            {
                y4 = TBlock.Reload(ref Unsafe.Add(ref y, 4 * TBlock.Rows * yRow), yRow);
                y5 = TBlock.Reload(ref Unsafe.Add(ref y, 5 * TBlock.Rows * yRow), yRow);
            }
        }
        for (var p = 0; p < inner; p++)
        {
            var row = TBlock.Load(ref w);
            y0 = y0.MultiplyAdd(ref x, xRow, row);
            y1 = y1.MultiplyAdd(ref Unsafe.Add(ref x, TBlock.Rows * xRow), xRow, row);
            y2 = y2.MultiplyAdd(ref Unsafe.Add(ref x, 2 * TBlock.Rows * xRow), xRow, row);
            y3 = y3.MultiplyAdd(ref Unsafe.Add(ref x, 3 * TBlock.Rows * xRow), xRow, row);
            if (TCount.Value == 6)
            {
                y4 = y4.MultiplyAdd(ref Unsafe.Add(ref x, 4 * TBlock.Rows * xRow), xRow, row);
                y5 = y5.MultiplyAdd(ref Unsafe.Add(ref x, 5 * TBlock.Rows * xRow), xRow, row);
                Simd.Prefetch(prefetchAddress);
                prefetchAddress += prefetchStride;
            }
            x = ref Unsafe.Add(ref x, xInner);
            w = ref Unsafe.Add(ref w, wRow);
        }
        y0.Store(ref y, yRow);
        y1.Store(ref Unsafe.Add(ref y, TBlock.Rows * yRow), yRow);
        y2.Store(ref Unsafe.Add(ref y, 2 * TBlock.Rows * yRow), yRow);
        y3.Store(ref Unsafe.Add(ref y, 3 * TBlock.Rows * yRow), yRow);
        if (TCount.Value == 6)
        {
            y4.Store(ref Unsafe.Add(ref y, 4 * TBlock.Rows * yRow), yRow);
            y5.Store(ref Unsafe.Add(ref y, 5 * TBlock.Rows * yRow), yRow);
        }
        return TCount.Value * TBlock.Rows;
    }
}
