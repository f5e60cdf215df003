using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// Causal attention of a single query, y = mix(softmax(q·kᵀ/√d), v), for heads that divide a vector. A vector holds the same columns of
/// several heads, and every lane of a head has the whole score of the head. So weights need not be rearranged, and softmax needs no sums
/// over lanes: it is computed lane by lane, along the keys.
/// </summary>
internal static class AttentionRowKernel
{
    /// <summary>True if the kernel computes heads of <paramref name="d"/> columns on this processor.</summary>
    public static bool Fits<T>(int d) => Avx512F.IsSupported && BitOperations.IsPow2(d) && d <= Vector512<T>.Count;

    /// <summary>
    /// Computes y for the first <paramref name="keys"/> rows of k and v. The memory at <paramref name="scores"/> has a vector for each.
    /// </summary>
    public static void Attend<T>(
        Heads heads, int columns, int keys, ref T q, MatrixBuffer<T> k, MatrixBuffer<T> v, ref T scores, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = heads.HeadDim(columns);
        var scale = Vector512.Create(T.One / T.Sqrt(T.CreateTruncating(d)));
        for (var c = 0; c < columns; c += Vector512<T>.Count)
        {
            var largest = Score(d, keys, Vector512.LoadUnsafe(ref q, (nuint)c) * scale, ref k.At(0, c), k.Stride, ref scores);
            Mix(keys, largest, ref scores, ref v.At(0, c), v.Stride).StoreUnsafe(ref y, (nuint)c);
        }
    }

    // Stores the scores with each key, and returns the largest.
    private static Vector512<T> Score<T>(int d, int keys, Vector512<T> query, ref T k, nint stride, ref T scores)
        where T : unmanaged, INumber<T>
    {
        var largest = Simd.Broadcast<T>(double.NegativeInfinity);
        for (var t = 0; t < keys; t++, k = ref Unsafe.Add(ref k, stride))
        {
            var score = SumOfHead(d, query * Vector512.LoadUnsafe(ref k));
            score.StoreUnsafe(ref scores, (nuint)(t * Vector512<T>.Count));
            largest = Vector512.MaxNative(largest, score);
        }
        return largest;
    }

    private static Vector512<T> Mix<T>(int keys, Vector512<T> largest, ref T scores, ref T v, nint stride) where T : unmanaged, INumber<T>
    {
        var (sum, total) = (Vector512<T>.Zero, Vector512<T>.Zero);
        for (var t = 0; t < keys; t++, v = ref Unsafe.Add(ref v, stride))
        {
            var weight = Simd.Exp(Vector512.LoadUnsafe(ref scores, (nuint)(t * Vector512<T>.Count)) - largest);
            total += weight;
            sum = Simd.Fma(weight, Vector512.LoadUnsafe(ref v), sum);
        }
        return sum / total;
    }

    // The sum of the d lanes of each head, in all its lanes: lanes are added at a distance of 1, 2, 4, ….
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> SumOfHead<T>(int d, Vector512<T> v) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(double))
        {
            var x = v.AsDouble();
            if (d > 1) x += Avx512F.Permute2x64(x, 0x55);
            if (d > 2) x += Avx512F.Shuffle4x128(x, x, 0xB1);
            if (d > 4) x += Avx512F.Shuffle4x128(x, x, 0x4E);
            return x.As<double, T>();
        }
        var y = v.AsSingle();
        if (d > 1) y += Avx512F.Permute4x32(y, 0xB1);
        if (d > 2) y += Avx512F.Permute4x32(y, 0x4E);
        if (d > 4) y += Avx512F.Shuffle4x128(y, y, 0xB1);
        if (d > 8) y += Avx512F.Shuffle4x128(y, y, 0x4E);
        return y.As<float, T>();
    }
}
