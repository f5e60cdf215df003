using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// Kernels of softmax and cross-entropy, for n elements of one row. They load and store whole vectors, so they may read and write the
/// elements after the n-th.
/// </summary>
internal static class SoftmaxKernels
{
    /// <summary>y = softmax(x). x and y may be the same memory.</summary>
    public static void Softmax<T>(ref T x, int n, ref T y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = Vector512.Create(T.One / Exponentials(ref x, n, ref y));
        for (var i = 0; i < n; i += Vector512<T>.Count)
            (Vector512.LoadUnsafe(ref y, (nuint)i) * scale).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>log Σ eˣ, where the sum is over n elements x.</summary>
    public static T LogSumExp<T>(ref T x, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = Max(ref x, n);
        var (shift, sum) = (Vector512.Create(largest), Vector512<T>.Zero);
        for (var i = 0; i < n; i += Vector512<T>.Count)
            sum += Simd.SelectHead(Simd.Exp(Vector512.LoadUnsafe(ref x, (nuint)i) - shift), n - i, Vector512<T>.Zero);
        return T.Log(Simd.Sum(sum)) + largest;
    }

    /// <summary>
    /// dx = y·(dy - Σ y·dy)·scale. The n elements are divided into <paramref name="groups"/> equal groups, and each group has its own sum.
    /// </summary>
    public static void SoftmaxPullback<T>(ref T y, ref T dy, int n, int groups, T scale, ref T dx) where T : unmanaged, INumber<T>
    {
        var (size, scales, flushBias) = (n / groups, Vector512.Create(scale), Simd.FlushBias<T>());
        for (var first = 0; first < n; first += size)
        {
            var mean = Vector512.Create(VectorKernels.Dot(ref Unsafe.Add(ref y, first), ref Unsafe.Add(ref dy, first), size));
            for (var i = first; i < first + size; i += Vector512<T>.Count)
            {
                var (scaled, centered) = (Vector512.LoadUnsafe(ref y, (nuint)i) * scales, Vector512.LoadUnsafe(ref dy, (nuint)i) - mean);
                (Simd.Fma(scaled, centered, flushBias) - flushBias).StoreUnsafe(ref dx, (nuint)i);
            }
        }
    }

    /// <summary>
    /// dx = (softmax(x) - t)·dy, where t is 1 at the index <paramref name="target"/>, else 0. The target is from 0 to n - 1.
    /// </summary>
    public static void CrossEntropyPullback<T>(ref T x, int n, int target, T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scale, factor) = (Vector512.Create(T.One / Exponentials(ref x, n, ref dx)), Vector512.Create(dy));
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var isTarget = Vector512.Equals(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(target - i)));
            var probabilities = Vector512.LoadUnsafe(ref dx, (nuint)i) * scale;
            ((probabilities - (isTarget & Vector512<T>.One)) * factor).StoreUnsafe(ref dx, (nuint)i);
        }
    }

    // Stores e to the power of each element less the largest, and returns their sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Exponentials<T>(ref T x, int n, ref T y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (shift, sum) = (Vector512.Create(Max(ref x, n)), Vector512<T>.Zero);
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var e = Simd.SelectHead(Simd.Exp(Vector512.LoadUnsafe(ref x, (nuint)i) - shift), n - i, Vector512<T>.Zero);
            e.StoreUnsafe(ref y, (nuint)i);
            sum += e;
        }
        return Simd.Sum(sum);
    }

    // The largest of n elements. Softmax subtracts it from each element, so that the exponential cannot overflow.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Max<T>(ref T x, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lowest = Vector512.Create(T.NegativeInfinity);
        var largest = lowest;
        for (var i = 0; i < n; i += Vector512<T>.Count)
            largest = Vector512.MaxNative(largest, Simd.SelectHead(Vector512.LoadUnsafe(ref x, (nuint)i), n - i, lowest));
        return Simd.Max(largest);
    }
}
