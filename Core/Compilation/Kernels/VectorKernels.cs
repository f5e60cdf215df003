using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// Kernels for n consecutive elements: dot product, scaling, accumulation. They load and store whole vectors, so they may read and write
/// the padding after the n-th element.
/// </summary>
internal static class VectorKernels
{
    /// <summary>The dot product Σ x·y of n elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot<T>(ref T x, ref T y, int n) where T : unmanaged, INumber<T> => Simd.Sum(DotOfLanes(ref x, ref y, n));

    /// <summary>A vector whose lanes sum to the dot product Σ x·y of n elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> DotOfLanes<T>(ref T x, ref T y, int n) where T : unmanaged, INumber<T>
    {
        var (sum, i) = (Vector512<T>.Zero, 0);
        for (; i + Vector512<T>.Count <= n; i += Vector512<T>.Count)
            sum = Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), Vector512.LoadUnsafe(ref y, (nuint)i), sum);
        if (i < n)
            sum += Simd.SelectHead(Vector512.LoadUnsafe(ref x, (nuint)i) * Vector512.LoadUnsafe(ref y, (nuint)i), n - i, Vector512<T>.Zero);
        return sum;
    }

    /// <summary>y = x, for n elements.</summary>
    public static void Copy<T>(ref T x, int n, ref T y) where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < n; i += Vector512<T>.Count) Vector512.LoadUnsafe(ref x, (nuint)i).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>y = x·weight, for n elements. x and y may be the same memory.</summary>
    public static void Scale<T>(ref T x, int n, T weight, ref T y) where T : unmanaged, INumber<T>
    {
        var scale = Vector512.Create(weight);
        for (var i = 0; i < n; i += Vector512<T>.Count) (Vector512.LoadUnsafe(ref x, (nuint)i) * scale).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>y += x·weight, for n elements.</summary>
    public static void Accumulate<T>(ref T x, int n, T weight, ref T y) where T : unmanaged, INumber<T>
    {
        var scale = Vector512.Create(weight);
        for (var i = 0; i < n; i += Vector512<T>.Count)
            Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), scale, Vector512.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>y = x - mean(x), for n elements. x and y may be the same memory.</summary>
    public static void Center<T>(ref T x, int n, ref T y) where T : unmanaged, INumber<T>
    {
        var sum = Vector512<T>.Zero;
        for (var i = 0; i < n; i += Vector512<T>.Count)
            sum += Simd.SelectHead(Vector512.LoadUnsafe(ref x, (nuint)i), n - i, Vector512<T>.Zero);
        var mean = Vector512.Create(Simd.Sum(sum) / T.CreateTruncating(n));
        for (var i = 0; i < n; i += Vector512<T>.Count) (Vector512.LoadUnsafe(ref x, (nuint)i) - mean).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>The sum of the elements, added in their order.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        var sum = T.Zero;
        foreach (var element in x) sum += element;
        return sum;
    }

    /// <summary>The largest element. NaN is ignored, unless all elements are NaN. There must be at least one element.</summary>
    public static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        var largest = x[0];
        foreach (var element in x) largest = element > largest || T.IsNaN(largest) ? element : largest;
        return largest;
    }
}
