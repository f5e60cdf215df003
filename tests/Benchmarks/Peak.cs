using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Benchmarks;

/// <summary>The peak arithmetic of one core: fused multiply-adds on registers that never wait for memory.</summary>
internal static class Peak
{
    private const int Rounds = 10_000, Operations = 2 * 12;

    /// <summary>Measures the peak for a given time, in floating-point operations a nanosecond (GFLOP/s), single precision.</summary>
    public static double Over(TimeSpan time)
    {
        var (began, times) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(began) < time; times++) Chains(Rounds);
        return (double)Operations * Vector512<float>.Count * Rounds * times / Stopwatch.GetElapsedTime(began).TotalNanoseconds;
    }

    // Twelve independent chains: enough to hide the latency, and few enough for the registers. Not inlined, since the caller ignores the
    // result and the JIT could remove the loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector512<float> Chains(int rounds)
    {
        var (x, w) = (Vector512.Create(0.5f), Vector512.Create((float)rounds));
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (var round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, w);
            b = Vector512.FusedMultiplyAdd(b, x, w);
            c = Vector512.FusedMultiplyAdd(c, x, w);
            d = Vector512.FusedMultiplyAdd(d, x, w);
            e = Vector512.FusedMultiplyAdd(e, x, w);
            f = Vector512.FusedMultiplyAdd(f, x, w);
            g = Vector512.FusedMultiplyAdd(g, x, w);
            h = Vector512.FusedMultiplyAdd(h, x, w);
            i = Vector512.FusedMultiplyAdd(i, x, w);
            j = Vector512.FusedMultiplyAdd(j, x, w);
            k = Vector512.FusedMultiplyAdd(k, x, w);
            l = Vector512.FusedMultiplyAdd(l, x, w);
        }
        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
