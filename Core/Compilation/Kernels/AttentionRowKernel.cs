using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroGpt.Compilation;

/// <summary>
/// Causal attention of a single query, y = mix(softmax(q·kᵀ/√d), v), for heads that divide a vector. A vector holds the same columns of
/// several heads. Four keys are computed together: each group of four lanes has the scores of its head with the four keys.
/// </summary>
internal static class AttentionRowKernel
{
    /// <summary>True if the kernel computes heads of <paramref name="d"/> columns on this processor.</summary>
    public static bool Fits<T>(int d) => Avx512F.IsSupported && BitOperations.IsPow2(d) && d >= 4 && d <= Vector512<T>.Count;

    /// <summary>
    /// Computes y for the first <paramref name="keys"/> rows of k and v, with heads of d columns, where scale is 1/√d. The memory at
    /// <paramref name="scores"/> has a vector for each four keys.
    /// </summary>
    public static void Attend<T>(
        int d, T scale, int columns, int keys, ref T q, MatrixBuffer<T> k, MatrixBuffer<T> v, ref T scores, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scales = Vector512.Create(scale);
        for (var c = 0; c < columns; c += Vector512<T>.Count)
        {
            var largest = Score(d, keys, Vector512.LoadUnsafe(ref q, (nuint)c) * scales, ref k.At(0, c), k.Stride, ref scores);
            Mix(keys, largest, ref scores, ref v.At(0, c), v.Stride).StoreUnsafe(ref y, (nuint)c);
        }
    }

    // Stores the scores with each key, and returns the largest of each head. Keys that are missing in the last four have the score -∞; the
    // last key is read in their place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Score<T>(int d, int keys, Vector512<T> query, ref T k, int stride, ref T scores)
        where T : unmanaged, INumber<T>
    {
        var lowest = Simd.Broadcast<T>(double.NegativeInfinity);
        var (largest, last) = (lowest, (keys - 1) * stride);
        for (int t = 0, row = 0; t < keys; t += 4, row += 4 * stride)
        {
            var score = SumOfHead(d, Fours.Sums(
                query * Row(ref k, row, last), query * Row(ref k, row + stride, last),
                query * Row(ref k, row + 2 * stride, last), query * Row(ref k, row + 3 * stride, last)));
            score = Fours.SelectHead(score, keys - t, lowest);
            score.StoreUnsafe(ref scores, (nuint)(t * (Vector512<T>.Count / 4)));
            largest = Vector512.MaxNative(largest, score);
        }
        largest = Vector512.MaxNative(largest, Permute(largest, 0xB1));
        return Vector512.MaxNative(largest, Permute(largest, 0x4E));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Mix<T>(int keys, Vector512<T> largest, ref T scores, ref T v, int stride) where T : unmanaged, INumber<T>
    {
        var (even, odd, total, last) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, (keys - 1) * stride);
        for (int t = 0, row = 0; t < keys; t += 4, row += 4 * stride)
        {
            var weights = Simd.Exp(Vector512.LoadUnsafe(ref scores, (nuint)(t * (Vector512<T>.Count / 4))) - largest);
            total += weights;
            even = Simd.Fma(Permute(weights, 0x00), Row(ref v, row, last), even);
            odd = Simd.Fma(Permute(weights, 0x55), Row(ref v, row + stride, last), odd);
            even = Simd.Fma(Permute(weights, 0xAA), Row(ref v, row + 2 * stride, last), even);
            odd = Simd.Fma(Permute(weights, 0xFF), Row(ref v, row + 3 * stride, last), odd);
        }
        total += Permute(total, 0xB1);
        return (even + odd) / (total + Permute(total, 0x4E));
    }

    // The vector at an offset, or at the last one if that comes first. The smaller number is computed without a branch, because the number
    // of keys changes with each token, so that a processor could not predict it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Row<T>(ref T x, int offset, int last) where T : unmanaged, INumber<T>
    {
        var beyond = offset - last;
        return Vector512.LoadUnsafe(ref x, (nuint)(last + (beyond & beyond >> 31)));
    }

    // Permutes the lanes of each group of four. Two bits of `order` select each lane, the lowest bits the first: 0x55 repeats lane 1, 0xB1
    // swaps neighbours, 0x4E swaps halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Permute<T>(Vector512<T> v, [ConstantExpected] byte order) => typeof(T) == typeof(float)
        ? Avx512F.Permute4x32(v.AsSingle(), order).As<float, T>() : Avx512F.Permute4x64(v.AsDouble(), order).As<double, T>();

    // The sums of the d / 4 groups of each head, in all its groups.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> SumOfHead<T>(int d, Vector512<T> v) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(double))
        {
            var x = v.AsDouble();
            if (d > 4) x += Avx512F.Shuffle4x128(x, x, 0x4E);
            return x.As<double, T>();
        }
        var y = v.AsSingle();
        if (d > 4) y += Avx512F.Shuffle4x128(y, y, 0xB1);
        if (d > 8) y += Avx512F.Shuffle4x128(y, y, 0x4E);
        return y.As<float, T>();
    }
}
