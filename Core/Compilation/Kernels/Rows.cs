using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>Kernels that treat the numbers of one row, or of one group of its columns, together.</summary>
public static class Rows
{
    /// <summary>Σ x·y over n numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot<T>(ref T x, ref T y, int n) where T : unmanaged, INumber<T>
    {
        var (sum, i) = (Vector512<T>.Zero, 0);
        for (; i + Vector512<T>.Count <= n; i += Vector512<T>.Count)
            sum = Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), Vector512.LoadUnsafe(ref y, (nuint)i), sum);
        if (i < n)
            sum += Simd.SelectHead(Vector512.LoadUnsafe(ref x, (nuint)i) * Vector512.LoadUnsafe(ref y, (nuint)i), n - i, Vector512<T>.Zero);
        return Simd.Sum(sum);
    }

    /// <summary>softmax(x) of n numbers.</summary>
    public static void Softmax<T>(ref T x, int n, ref T y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lowest = Vector512.Create(T.NegativeInfinity);
        var (largest, sum) = (lowest, Vector512<T>.Zero);
        for (var i = 0; i < n; i += Vector512<T>.Count)
            largest = Vector512.MaxNative(largest, Simd.SelectHead(Vector512.LoadUnsafe(ref x, (nuint)i), n - i, lowest));
        var shift = Vector512.Create(Simd.Max(largest));
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var e = Simd.SelectHead(Simd.Exp(Vector512.LoadUnsafe(ref x, (nuint)i) - shift), n - i, Vector512<T>.Zero);
            e.StoreUnsafe(ref y, (nuint)i);
            sum += e;
        }
        var share = Vector512.Create(T.One / Simd.Sum(sum));
        for (var i = 0; i < n; i += Vector512<T>.Count)
            (Vector512.LoadUnsafe(ref y, (nuint)i) * share).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>log Σ eˣ of n numbers.</summary>
    public static T LogSumExp<T>(ref T x, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lowest = Vector512.Create(T.NegativeInfinity);
        var (largest, sum) = (lowest, Vector512<T>.Zero);
        for (var i = 0; i < n; i += Vector512<T>.Count)
            largest = Vector512.MaxNative(largest, Simd.SelectHead(Vector512.LoadUnsafe(ref x, (nuint)i), n - i, lowest));
        var shift = Simd.Max(largest);
        for (var i = 0; i < n; i += Vector512<T>.Count)
            sum += Simd.SelectHead(Simd.Exp(Vector512.LoadUnsafe(ref x, (nuint)i) - Vector512.Create(shift)), n - i, Vector512<T>.Zero);
        return T.Log(Simd.Sum(sum)) + shift;
    }

    /// <summary>y·(dy - Σ y·dy)·scale over each of equal groups of n numbers in all.</summary>
    public static void SoftmaxPullback<T>(ref T y, ref T dy, int n, int groups, T scale, ref T dx) where T : unmanaged, INumber<T>
    {
        var (size, by, little) = (n / groups, Vector512.Create(scale), Simd.FlushBias<T>());
        for (var at = 0; at < n; at += size)
        {
            var mean = Vector512.Create(Dot(ref Unsafe.Add(ref y, at), ref Unsafe.Add(ref dy, at), size));
            for (var i = at; i < at + size; i += Vector512<T>.Count)
                (Simd.Fma(Vector512.LoadUnsafe(ref y, (nuint)i) * by, Vector512.LoadUnsafe(ref dy, (nuint)i) - mean, little) - little).StoreUnsafe(ref dx, (nuint)i);
        }
    }

    /// <summary>x·s, s = (mean(x²) + 1e-5)^(-0.5), over n numbers.</summary>
    public static void RmsNorm<T>(ref T x, int n, ref T y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Scale(ref x, n, InverseRms(ref x, n), ref y);

    /// <summary>(dy - y·mean(y·dy))·s, over n numbers.</summary>
    public static void RmsNormPullback<T>(ref T x, ref T dy, int n, ref T dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var s = InverseRms(ref x, n);
        var (scale, mean) = (Vector512.Create(s), Vector512.Create(-s * s * Dot(ref x, ref dy, n) / T.CreateTruncating(n)));
        for (var i = 0; i < n; i += Vector512<T>.Count)
            (Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), mean, Vector512.LoadUnsafe(ref dy, (nuint)i)) * scale).StoreUnsafe(ref dx, (nuint)i);
    }

    private static T InverseRms<T>(ref T x, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.One / T.Sqrt(Dot(ref x, ref x, n) / T.CreateTruncating(n) + T.CreateTruncating(1e-5));

    /// <summary>(softmax(x) - 1 at the target)·dy, over n numbers.</summary>
    public static void CrossEntropyPullback<T>(ref T x, int n, int target, T dy, ref T dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Softmax(ref x, n, ref dx);
        Unsafe.Add(ref dx, target) -= T.One;
        Scale(ref dx, n, dy, ref dx);
    }

    /// <summary>y = x·weight, over n numbers.</summary>
    public static void Scale<T>(ref T x, int n, T weight, ref T y) where T : unmanaged, INumber<T>
    {
        var by = Vector512.Create(weight);
        for (var i = 0; i < n; i += Vector512<T>.Count) (Vector512.LoadUnsafe(ref x, (nuint)i) * by).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>y += x·weight, over n numbers.</summary>
    public static void Accumulate<T>(ref T x, int n, T weight, ref T y) where T : unmanaged, INumber<T>
    {
        var by = Vector512.Create(weight);
        for (var i = 0; i < n; i += Vector512<T>.Count)
            Simd.Fma(Vector512.LoadUnsafe(ref x, (nuint)i), by, Vector512.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref y, (nuint)i);
    }

    /// <summary>The sum of some numbers, from the left.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        var sum = T.Zero;
        foreach (var number in x) sum += number;
        return sum;
    }

    /// <summary>The largest of some numbers; what is no number is smaller than any.</summary>
    public static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        var largest = x[0];
        foreach (var number in x) largest = number > largest || T.IsNaN(largest) ? number : largest;
        return largest;
    }
}
