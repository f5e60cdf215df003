using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// Sums of causal attention over rows with several heads in a vector, by AVX-512. Each weight is needed in all lanes of its head. The
/// weights of four keys are loaded at once, for all heads of a vector, and one permutation for each key brings them into their lanes.
/// </summary>
/// <param name="heads">The heads.</param>
/// <param name="headDim">The number of columns of a head.</param>
internal readonly struct NarrowHeads<T>(Heads heads, int headDim) where T : unmanaged, INumber<T>
{
    // Each of four keys, as the number of a permutation.
    private const byte First = 0x00, Second = 0x55, Third = 0xAA, Fourth = 0xFF;

    private readonly int headDim = headDim, block = heads.BlockSize;

    // The distances from the weights of the first head of a vector to those of the head at each other quarter of the vector.
    private readonly nint second = DistanceTo(1, heads, headDim), third = DistanceTo(2, heads, headDim);
    private readonly nint fourth = DistanceTo(3, heads, headDim);

    /// <summary>True if the heads have whole vectors, and the processor has the permutations.</summary>
    public static bool Fit(Heads heads, int headDim) => Avx512F.IsSupported
        && headDim % 4 == 0 && headDim < Vector512<T>.Count && Vector512<T>.Count % headDim == 0
        && heads.Count * headDim % Vector512<T>.Count == 0;

    private static nint DistanceTo(int quarter, Heads heads, int headDim) =>
        quarter * Vector128<T>.Count / headDim * heads.BlockSize;

    /// <summary>y = mix(a, v) for the rows of a document whose first position is 0.</summary>
    public void Mix(int rows, int columns, MatrixBuffer<T> a, MatrixBuffer<T> v, MatrixBuffer<T> y)
    {
        for (var c = 0; c < columns; c += Vector512<T>.Count)
            for (var i = 0; i < rows; i += 4)
                Mix(i, rows - i, ref a.At(i, c / headDim * block), a.Stride, ref v.At(0, c), v.Stride, ref y.At(i, c), y.Stride);
    }

    /// <summary>y = spread(a, x) for the rows of a document whose first position is 0.</summary>
    public void Spread(int rows, int columns, MatrixBuffer<T> a, MatrixBuffer<T> x, MatrixBuffer<T> y)
    {
        for (var c = 0; c < columns; c += Vector512<T>.Count)
            for (var u = 0; u < rows; u += 4)
                Spread(rows - u, ref a.At(u, c / headDim * block + u), a.Stride, ref x.At(u, c), x.Stride, ref y.At(u, c), y.Stride);
    }

    // Up to four rows of y, from row i on. All four see the keys before i.
    private void Mix(int i, int rows, ref T a, nint aStride, ref T v, nint vStride, ref T y, nint yStride)
    {
        Vector512<T> sum0 = Vector512<T>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (; i > 0; i -= 4, a = ref Unsafe.Add(ref a, 4), v = ref Unsafe.Add(ref v, 4 * vStride))
        {
            sum0 = Mix(sum0, Load(ref a), ref v, vStride);
            sum1 = Mix(sum1, Load(ref Unsafe.Add(ref a, aStride)), ref v, vStride);
            sum2 = Mix(sum2, Load(ref Unsafe.Add(ref a, 2 * aStride)), ref v, vStride);
            sum3 = Mix(sum3, Load(ref Unsafe.Add(ref a, 3 * aStride)), ref v, vStride);
        }
        Mix(Weight(Load(ref a), First), ref v, sum0).StoreUnsafe(ref y);
        if (rows == 1) return;
        var weights = Load(ref Unsafe.Add(ref a, aStride));
        sum1 = Mix(Weight(weights, First), ref v, sum1);
        sum1 = Mix(Weight(weights, Second), ref Unsafe.Add(ref v, vStride), sum1);
        sum1.StoreUnsafe(ref y, (nuint)yStride);
        if (rows == 2) return;
        weights = Load(ref Unsafe.Add(ref a, 2 * aStride));
        sum2 = Mix(Weight(weights, First), ref v, sum2);
        sum2 = Mix(Weight(weights, Second), ref Unsafe.Add(ref v, vStride), sum2);
        sum2 = Mix(Weight(weights, Third), ref Unsafe.Add(ref v, 2 * vStride), sum2);
        sum2.StoreUnsafe(ref y, (nuint)(2 * yStride));
        if (rows == 3) return;
        Mix(sum3, Load(ref Unsafe.Add(ref a, 3 * aStride)), ref v, vStride).StoreUnsafe(ref y, (nuint)(3 * yStride));
    }

    // Adds four rows of v, each times its weight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Mix(Vector512<T> sum, Vector512<T> weights, ref T v, nint stride)
    {
        sum = Mix(Weight(weights, First), ref v, sum);
        sum = Mix(Weight(weights, Second), ref Unsafe.Add(ref v, stride), sum);
        sum = Mix(Weight(weights, Third), ref Unsafe.Add(ref v, 2 * stride), sum);
        return Mix(Weight(weights, Fourth), ref Unsafe.Add(ref v, 3 * stride), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Mix(Vector512<T> weight, ref T v, Vector512<T> sum) => Simd.Fma(weight, Vector512.LoadUnsafe(ref v), sum);

    // Up to four rows of y. Row i of x sees key k of the four if i is at least k.
    private void Spread(int rows, ref T a, nint aStride, ref T x, nint xStride, ref T y, nint yStride)
    {
        Vector512<T> sum1 = Vector512<T>.Zero, sum2 = sum1, sum3 = sum1;
        var sum0 = Simd.Fma(Weight(Load(ref a), First), Vector512.LoadUnsafe(ref x), sum1);
        if (rows > 1)
        {
            var (weights, row) = (Load(ref Unsafe.Add(ref a, aStride)), Vector512.LoadUnsafe(ref x, (nuint)xStride));
            sum0 = Simd.Fma(Weight(weights, First), row, sum0);
            sum1 = Simd.Fma(Weight(weights, Second), row, sum1);
            if (rows > 2)
            {
                (weights, row) = (Load(ref Unsafe.Add(ref a, 2 * aStride)), Vector512.LoadUnsafe(ref x, (nuint)(2 * xStride)));
                sum0 = Simd.Fma(Weight(weights, First), row, sum0);
                sum1 = Simd.Fma(Weight(weights, Second), row, sum1);
                sum2 = Simd.Fma(Weight(weights, Third), row, sum2);
                for (var i = 3; i < rows; i++)
                {
                    (weights, row) = (Load(ref Unsafe.Add(ref a, i * aStride)), Vector512.LoadUnsafe(ref x, (nuint)(i * xStride)));
                    sum0 = Simd.Fma(Weight(weights, First), row, sum0);
                    sum1 = Simd.Fma(Weight(weights, Second), row, sum1);
                    sum2 = Simd.Fma(Weight(weights, Third), row, sum2);
                    sum3 = Simd.Fma(Weight(weights, Fourth), row, sum3);
                }
                if (rows > 3) sum3.StoreUnsafe(ref y, (nuint)(3 * yStride));
                sum2.StoreUnsafe(ref y, (nuint)(2 * yStride));
            }
            sum1.StoreUnsafe(ref y, (nuint)yStride);
        }
        sum0.StoreUnsafe(ref y);
    }

    // The weights of four keys: four elements of a row of a for the head at each quarter of a vector, or at each half for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Load(ref T a) => typeof(T) == typeof(float)
        ? Halves(
            Quarters(Vector128.LoadUnsafe(ref a), Vector128.LoadUnsafe(ref a, (nuint)second)),
            Quarters(Vector128.LoadUnsafe(ref a, (nuint)third), Vector128.LoadUnsafe(ref a, (nuint)fourth)))
        : Halves(Vector256.LoadUnsafe(ref a), Vector256.LoadUnsafe(ref a, (nuint)third));

    // Vector512.Create would wait for the vector that had the register before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Halves(Vector256<T> lower, Vector256<T> upper) => lower.ToVector512Unsafe().WithUpper(upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Quarters(Vector128<T> lower, Vector128<T> upper) => lower.ToVector256Unsafe().WithUpper(upper);

    // The weight of one of the four keys, in all lanes of its head.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Weight(Vector512<T> weights, [ConstantExpected] byte key) => typeof(T) == typeof(float)
        ? Avx512F.Permute4x32(weights.AsSingle(), key).As<float, T>()
        : Avx512F.Permute4x64(weights.AsDouble(), key).As<double, T>();
}
