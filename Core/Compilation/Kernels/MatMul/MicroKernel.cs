using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroGpt.Compilation;

/// <summary>Tiles of a product y = x·w, each of which is held in registers while it is summed.</summary>
internal static class MicroKernel
{
    /// <summary>
    /// Four strips of y or six, from the top down: what stands there and the sum, or the sum alone; how many rows they are. With each
    /// term, six ask for what is needed soon: from an address on, so many bytes further.
    /// </summary>
    // Inlined, it would leave no room for its strips to be.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Run<T, TStrip, TCount>(bool more, int inner, ref T x, nint xRow, nint xInner, ref T w, nint wRow, ref T y, nint yRow, nint line, nint step)
        where T : unmanaged, INumber<T>
        where TStrip : struct, IRegisterBlock<T, TStrip>
        where TCount : struct, IBlockCount
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
            y0 = y0.MultiplyAdd(ref x, xRow, row);
            y1 = y1.MultiplyAdd(ref Unsafe.Add(ref x, TStrip.Rows * xRow), xRow, row);
            y2 = y2.MultiplyAdd(ref Unsafe.Add(ref x, 2 * TStrip.Rows * xRow), xRow, row);
            y3 = y3.MultiplyAdd(ref Unsafe.Add(ref x, 3 * TStrip.Rows * xRow), xRow, row);
            if (TCount.Value == 6)
            {
                y4 = y4.MultiplyAdd(ref Unsafe.Add(ref x, 4 * TStrip.Rows * xRow), xRow, row);
                y5 = y5.MultiplyAdd(ref Unsafe.Add(ref x, 5 * TStrip.Rows * xRow), xRow, row);
                Simd.Prefetch(line);
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
}
