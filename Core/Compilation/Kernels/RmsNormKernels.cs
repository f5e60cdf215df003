using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// Kernels of <see cref="Layers.RmsNorm"/>, for rows of n elements. They load and store whole vectors, so they may read and write the
/// padding after a row. Four rows share their square root and their divisions. A row has the same bits with others and alone.
/// </summary>
internal static class RmsNormKernels
{
    /// <summary>y = x·s for each row, where s = (mean(x²) + ε)^(-0.5).</summary>
    public static void RmsNorm<T>(int rows, int n, MatrixBuffer<T> x, MatrixBuffer<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i + 4 <= rows; i += 4) RmsNormOfFour(ref x.At(i), x.Stride, n, ref y.At(i), y.Stride);
        for (; i < rows; i++) RmsNorm(ref x.At(i), n, ref y.At(i));
    }

    /// <summary>y = x·s, where s = (mean(x²) + ε)^(-0.5).</summary>
    public static void RmsNorm<T>(ref T x, int n, ref T y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        VectorKernels.Scale(ref x, n, InverseRms(ref x, n), ref y);

    /// <summary>dx = (dy - y·mean(y·dy))·s for each row, where y = x·s and s = (mean(x²) + ε)^(-0.5).</summary>
    public static void RmsNormPullback<T>(int rows, int n, MatrixBuffer<T> x, MatrixBuffer<T> dy, MatrixBuffer<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i + 4 <= rows; i += 4) PullBackFour(ref x.At(i), x.Stride, ref dy.At(i), dy.Stride, n, ref dx.At(i), dx.Stride);
        for (; i < rows; i++)
        {
            var s = InverseRms(ref x.At(i), n);
            var slope = -s * s * VectorKernels.Dot(ref x.At(i), ref dy.At(i), n) / T.CreateTruncating(n);
            PullBack(ref x.At(i), ref dy.At(i), n, s, slope, ref dx.At(i));
        }
    }

    private static void RmsNormOfFour<T>(ref T x, nint xStride, int n, ref T y, nint yStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var s = InverseRms(Dots(ref x, xStride, ref x, xStride, n), n);
        VectorKernels.Scale(ref x, n, s[0], ref y);
        VectorKernels.Scale(ref Unsafe.Add(ref x, xStride), n, s[1], ref Unsafe.Add(ref y, yStride));
        VectorKernels.Scale(ref Unsafe.Add(ref x, 2 * xStride), n, s[2], ref Unsafe.Add(ref y, 2 * yStride));
        VectorKernels.Scale(ref Unsafe.Add(ref x, 3 * xStride), n, s[3], ref Unsafe.Add(ref y, 3 * yStride));
    }

    private static void PullBackFour<T>(ref T x, nint xStride, ref T dy, nint dyStride, int n, ref T dx, nint dxStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var s = InverseRms(Dots(ref x, xStride, ref x, xStride, n), n);
        var slopes = -s * s * Dots(ref x, xStride, ref dy, dyStride, n) / Vector256.Create(T.CreateTruncating(n));
        PullBack(ref x, ref dy, n, s[0], slopes[0], ref dx);
        PullBack(ref Unsafe.Add(ref x, xStride), ref Unsafe.Add(ref dy, dyStride), n, s[1], slopes[1], ref Unsafe.Add(ref dx, dxStride));
        PullBack(
            ref Unsafe.Add(ref x, 2 * xStride), ref Unsafe.Add(ref dy, 2 * dyStride), n, s[2], slopes[2],
            ref Unsafe.Add(ref dx, 2 * dxStride));
        PullBack(
            ref Unsafe.Add(ref x, 3 * xStride), ref Unsafe.Add(ref dy, 3 * dyStride), n, s[3], slopes[3],
            ref Unsafe.Add(ref dx, 3 * dxStride));
    }

    // dx = (dy + x·slope)·s.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PullBack<T>(ref T x, ref T dy, int n, T s, T slope, ref T dx) where T : unmanaged, INumber<T>
    {
        var (scale, slopes) = (Vector512.Create(s), Vector512.Create(slope));
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var difference = Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), slopes, Vector512.LoadUnsafe(ref dy, (nuint)i));
            (difference * scale).StoreUnsafe(ref dx, (nuint)i);
        }
    }

    // The dot products of four rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Dots<T>(ref T x, nint xStride, ref T y, nint yStride, int n) where T : unmanaged, INumber<T> => Simd.Sums(
        VectorKernels.DotOfLanes(ref x, ref y, n),
        VectorKernels.DotOfLanes(ref Unsafe.Add(ref x, xStride), ref Unsafe.Add(ref y, yStride), n),
        VectorKernels.DotOfLanes(ref Unsafe.Add(ref x, 2 * xStride), ref Unsafe.Add(ref y, 2 * yStride), n),
        VectorKernels.DotOfLanes(ref Unsafe.Add(ref x, 3 * xStride), ref Unsafe.Add(ref y, 3 * yStride), n));

    private static T InverseRms<T>(ref T x, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.One / T.Sqrt(VectorKernels.Dot(ref x, ref x, n) / T.CreateTruncating(n) + T.CreateTruncating(Layers.RmsNormEpsilon));

    private static Vector256<T> InverseRms<T>(Vector256<T> squares, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector256<T>.One / Vector256.Sqrt(
            squares / Vector256.Create(T.CreateTruncating(n)) + Vector256.Create(T.CreateTruncating(Layers.RmsNormEpsilon)));
}
