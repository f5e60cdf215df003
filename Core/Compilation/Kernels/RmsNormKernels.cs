using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// Kernels of <see cref="Layers.RmsNorm"/>, for one row of n elements. They load and store whole vectors, so they may read and write the
/// padding after the row.
/// </summary>
internal static class RmsNormKernels
{
    /// <summary>y = x·s, where s = (mean(x²) + ε)^(-0.5).</summary>
    public static void RmsNorm<T>(ref T x, int n, ref T y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        VectorKernels.Scale(ref x, n, InverseRms(ref x, n), ref y);

    /// <summary>dx = (dy - y·mean(y·dy))·s, where y = x·s and s = (mean(x²) + ε)^(-0.5).</summary>
    public static void RmsNormPullback<T>(ref T x, ref T dy, int n, ref T dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var s = InverseRms(ref x, n);
        var slope = -s * s * VectorKernels.Dot(ref x, ref dy, n) / T.CreateTruncating(n);
        var (scale, slopes) = (Vector512.Create(s), Vector512.Create(slope));
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var difference = Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), slopes, Vector512.LoadUnsafe(ref dy, (nuint)i));
            (difference * scale).StoreUnsafe(ref dx, (nuint)i);
        }
    }

    private static T InverseRms<T>(ref T x, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.One / T.Sqrt(VectorKernels.Dot(ref x, ref x, n) / T.CreateTruncating(n) + T.CreateTruncating(Layers.RmsNormEpsilon));
}
