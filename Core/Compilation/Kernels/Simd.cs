using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MicroGpt.Compilation;

/// <summary>Vector operations for T = float or double. .NET has these operations only as separate methods for each type.</summary>
internal static class Simd
{
    /// <summary>
    /// True if the processor has a fused multiply-add. It is a constant for the JIT, so a branch on it costs nothing. Without the
    /// instruction, .NET computes each lane's exact result in software, which is about 100 times slower than a product and a sum.
    /// </summary>
    private static bool HasFma => System.Runtime.Intrinsics.X86.Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>
    /// Multiply-add: a·b + c, rounded once if the processor has a fused multiply-add. Otherwise the product is rounded, and then the sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Fma<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        !HasFma ? a * b + c
        : typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    /// <inheritdoc cref="Fma{T}(Vector512{T}, Vector512{T}, Vector512{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fma<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c) =>
        !HasFma ? a * b + c
        : typeof(T) == typeof(float)
        ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    /// <summary>
    /// eˣ in each lane, for x at most 0. A result below 2⁻⁸⁰, or 2⁻⁹⁰⁰ in double precision, is flushed to zero, to avoid subnormal numbers
    /// in later results.
    /// </summary>
    // .NET's own vector exponential rounds differently before and after the JIT optimizes it, so equal runs would differ in bits.
    // Here eˣ = 2ⁿ·eʳ, where n = round(x / ln 2) and |r| is at most 0.35. Taylor's series computes eʳ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x) where T : unmanaged, INumber<T>
    {
        var n = RoundedBinaryExponent(x);
        var r = Remainder(x, n);
        var exp = Fma(ExpSeries(r), r, Vector512<T>.One) * PowerOfTwo(n);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, LowestExponent<T>()), Vector512<T>.Zero, exp);
    }

    /// <summary>
    /// tanh x in each lane. With m = e⁻²ˣ - 1 for x above 0, it is -m/(m + 2). No digits cancel near 0, because m is computed from the
    /// series of eʳ - 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Tanh<T>(Vector512<T> x) where T : unmanaged, INumber<T>
    {
        var doubled = Broadcast<T>(-2) * Vector512.Abs(x);
        var n = RoundedBinaryExponent(doubled);
        var (r, power) = (Remainder(doubled, n), PowerOfTwo(n));
        var m = Vector512.ConditionalSelect(
            Vector512.LessThan(doubled, LowestExponent<T>()), -Vector512<T>.One, Fma(power, ExpSeries(r) * r, power - Vector512<T>.One));
        var magnitude = -m / (m + Broadcast<T>(2));
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), -magnitude, magnitude);
    }

    /// <summary>σ(x) = 1/(1 + e⁻ˣ) in each lane, computed with e to the power -|x|, which cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sigmoid<T>(Vector512<T> x) where T : unmanaged, INumber<T>
    {
        var exp = Exp(-Vector512.Abs(x));
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), exp, Vector512<T>.One) / (Vector512<T>.One + exp);
    }

    // n = round(x / ln 2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> RoundedBinaryExponent<T>(Vector512<T> x) where T : unmanaged, INumber<T> => typeof(T) == typeof(float)
        ? Vector512.Round((x * Broadcast<T>(1.4426950408889634)).AsSingle()).As<float, T>()
        : Vector512.Round((x * Broadcast<T>(1.4426950408889634)).AsDouble()).As<double, T>();

    // r = x - n·ln 2, with ln 2 in two parts. The first has few bits, so its product with n is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Remainder<T>(Vector512<T> x, Vector512<T> n) where T : unmanaged, INumber<T> =>
        Fma(n, Broadcast<T>(2.1219444005469058e-4), Fma(n, Broadcast<T>(-0.693359375), x));

    // (eʳ - 1)/r, by the first terms of Taylor's series. The relative error is 2e-8 after 7 terms, and 2e-17 after 13 terms. That of eʳ
    // is a third of this.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> ExpSeries<T>(Vector512<T> r) where T : unmanaged, INumber<T>
    {
        var sum = Broadcast<T>(typeof(T) == typeof(float) ? 1.0 / 5040 : 1.0 / 6227020800);
        if (typeof(T) == typeof(double))
        {
            sum = Fma(sum, r, Broadcast<T>(1.0 / 479001600));
            sum = Fma(sum, r, Broadcast<T>(1.0 / 39916800));
            sum = Fma(sum, r, Broadcast<T>(1.0 / 3628800));
            sum = Fma(sum, r, Broadcast<T>(1.0 / 362880));
            sum = Fma(sum, r, Broadcast<T>(1.0 / 40320));
            sum = Fma(sum, r, Broadcast<T>(1.0 / 5040));
        }
        sum = Fma(sum, r, Broadcast<T>(1.0 / 720));
        sum = Fma(sum, r, Broadcast<T>(1.0 / 120));
        sum = Fma(sum, r, Broadcast<T>(1.0 / 24));
        sum = Fma(sum, r, Broadcast<T>(1.0 / 6));
        sum = Fma(sum, r, Broadcast<T>(0.5));
        return Fma(sum, r, Vector512<T>.One);
    }

    // 2ⁿ for a whole n, written into the exponent bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PowerOfTwo<T>(Vector512<T> n) where T : unmanaged, INumber<T> => typeof(T) == typeof(float)
        ? ((Vector512.ConvertToInt32Native(n.AsSingle()) + Vector512.Create(127)) << 23).As<int, T>()
        : ((Vector512.ConvertToInt64Native(n.AsDouble()) + Vector512.Create(1023L)) << 52).As<long, T>();

    // -80·ln 2 in single precision, -900·ln 2 in double. The exponential of a lower number is flushed to zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LowestExponent<T>() where T : unmanaged, INumber<T> =>
        Broadcast<T>(typeof(T) == typeof(float) ? -55.45177444479562 : -623.8324625039508);

    /// <summary>
    /// Prefetches a cache line into the L2 cache, and does not wait for the data. A prefetch of an address that is not mapped has no
    /// effect.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(nint address)
    {
        if (Sse.IsSupported) Sse.Prefetch1((void*)address);
    }

    /// <summary>A vector with the same number in every lane, rounded to T.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast<T>(double number) => typeof(T) == typeof(float)
        ? Vector512.Create((float)number).As<float, T>()
        : Vector512.Create(number).As<double, T>();

    /// <summary>
    /// A bias b that flushes small numbers to zero: x + b - b is 0 if |x| is below 2⁻⁸², or below 2⁻⁹⁰² in double precision. Otherwise x +
    /// b - b is x, apart from the rounding errors of the addition and the subtraction. Numbers are flushed because arithmetic with
    /// subnormal numbers is about 100 times slower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FlushBias<T>() =>
        Broadcast<T>(typeof(T) == typeof(float) ? 6.938893903907228e-18 : 5.327993384780537e-256); // 2⁻⁵⁷ in single, 2⁻⁸⁴⁸ in double

    /// <summary>
    /// 1/√v in each lane, for v above 0. An estimate has 14 correct bits, and each Newton step doubles the number of correct bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ReciprocalSqrt<T>(Vector512<T> v) where T : unmanaged, INumber<T>
    {
        if (!Avx512F.IsSupported) return Vector512<T>.One / Vector512.Sqrt(v);
        var isSingle = typeof(T) == typeof(float);
        var y = isSingle ? Avx512F.ReciprocalSqrt14(v.AsSingle()).As<float, T>() : Avx512F.ReciprocalSqrt14(v.AsDouble()).As<double, T>();
        var (half, threeHalves) = (Broadcast<T>(-0.5) * v, Broadcast<T>(1.5));
        y *= Fma(half * y, y, threeHalves);
        return isSingle ? y : y * Fma(half * y, y, threeHalves);
    }

    /// <summary>The first <paramref name="count"/> lanes are from v, the remaining lanes from <paramref name="others"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SelectHead<T>(Vector512<T> v, int count, Vector512<T> others) where T : unmanaged, INumber<T> =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(count))), v, others);

    /// <summary>The largest lane. If a lane is NaN, the result is unspecified.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max<T>(Vector512<T> v) where T : unmanaged, INumber<T>
    {
        var half = Vector256.MaxNative(v.GetLower(), v.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        if (typeof(T) == typeof(float)) quarter = Vector128.MaxNative(quarter, HalvesSwapped(quarter));
        return Vector128.MaxNative(quarter, Vector128.CreateScalarUnsafe(quarter[1]))[0];
    }

    /// <summary>The sum of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(Vector512<T> v) where T : unmanaged, INumber<T>
    {
        var half = v.GetLower() + v.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        if (typeof(T) == typeof(float)) quarter += HalvesSwapped(quarter);
        return quarter[0] + quarter[1];
    }

    /// <summary>The sums of the lanes of a, of b, of c and of d, each with the bits of <see cref="Sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Sums<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) where T : unmanaged, INumber<T>
    {
        if (!Avx.IsSupported)
            return Vector256<T>.Zero.WithElement(0, Sum(a)).WithElement(1, Sum(b)).WithElement(2, Sum(c)).WithElement(3, Sum(d));
        var (a4, b4, c4, d4) = (Quarters(a), Quarters(b), Quarters(c), Quarters(d));
        if (typeof(T) == typeof(double))
            return Vector256.Create(OfTwo(a4.AsDouble(), b4.AsDouble()), OfTwo(c4.AsDouble(), d4.AsDouble())).As<double, T>();
        var (ab, cd) = (Pairs(a4.AsSingle(), b4.AsSingle()), Pairs(c4.AsSingle(), d4.AsSingle()));
        return (Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab)).ToVector256().As<float, T>();

        static Vector128<T> Quarters(Vector512<T> v)
        {
            var half = v.GetLower() + v.GetUpper();
            return half.GetLower() + half.GetUpper();
        }

        static Vector128<float> Pairs(Vector128<float> a, Vector128<float> b) => Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b);

        static Vector128<double> OfTwo(Vector128<double> a, Vector128<double> b) => Sse2.UnpackLow(a, b) + Sse2.UnpackHigh(a, b);
    }

    /// <summary>Sums the lanes of a, of b, of c and of d, and stores the four sums in consecutive elements from y on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d, ref T y)
        where T : unmanaged, INumber<T>
    {
        if (!Avx.IsSupported)
        {
            (y, Unsafe.Add(ref y, 1), Unsafe.Add(ref y, 2), Unsafe.Add(ref y, 3)) = (Sum(a), Sum(b), Sum(c), Sum(d));
            return;
        }
        var (a2, b2) = (a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper());
        var (c2, d2) = (c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
        if (typeof(T) == typeof(float))
        {
            var (ab, cd) = (Avx.HorizontalAdd(a2.AsSingle(), b2.AsSingle()), Avx.HorizontalAdd(c2.AsSingle(), d2.AsSingle()));
            var all = Avx.HorizontalAdd(ab, cd).As<float, T>();
            (all.GetLower() + all.GetUpper()).StoreUnsafe(ref y);
        }
        else
        {
            var ab = Avx.HorizontalAdd(a2.AsDouble(), b2.AsDouble()).As<double, T>();
            var cd = Avx.HorizontalAdd(c2.AsDouble(), d2.AsDouble()).As<double, T>();
            (ab.GetLower() + ab.GetUpper()).StoreUnsafe(ref y);
            (cd.GetLower() + cd.GetUpper()).StoreUnsafe(ref y, 2);
        }
    }

    /// <summary>The vector with the two elements of each pair swapped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> PairsSwapped<T>(Vector128<T> v) => typeof(T) == typeof(float)
        ? Vector128.Shuffle(v.AsSingle(), Vector128.Create(1, 0, 3, 2)).As<float, T>()
        : Vector128.Shuffle(v.AsDouble(), Vector128.Create(1L, 0)).As<double, T>();

    /// <summary>The vector with its two halves of two elements swapped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> HalvesSwapped<T>(Vector128<T> v) =>
        Vector128.Shuffle(v.AsSingle(), Vector128.Create(2, 3, 0, 1)).As<float, T>();
}
