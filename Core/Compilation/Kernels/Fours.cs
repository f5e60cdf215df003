using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroGpt.Compilation;

/// <summary>Operations of groups of four lanes: kernels of one row compute four columns or four keys together.</summary>
internal static class Fours
{
    /// <summary>Four consecutive elements from x on, repeated in all groups of four lanes. The memory of x is pinned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<T> Repeat<T>(ref T x) where T : unmanaged, INumber<T>
    {
        var isSingle = typeof(T) == typeof(float);
        if (!Avx512F.IsSupported)
        {
            var half = isSingle ? Vector256.Create(Vector128.LoadUnsafe(ref x)) : Vector256.LoadUnsafe(ref x);
            return Vector512.Create(half, half);
        }
        // .NET compiles Vector512.Create of a part to several instructions.
        return isSingle
            ? Avx512F.BroadcastVector128ToVector512((float*)Unsafe.AsPointer(ref x)).As<float, T>()
            : Avx512F.BroadcastVector256ToVector512((double*)Unsafe.AsPointer(ref x)).As<double, T>();
    }

    /// <summary>
    /// The sums of groups of four lanes: lane i of a group has the sum of the group of a, of b, of c or of d. It is a transposition of
    /// 4x4 numbers that adds on its way, so it has fewer steps than four sums.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sums<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
        where T : unmanaged, INumber<T>
    {
        if (!Avx512F.IsSupported)
            return Vector512.Create(
                Sums(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()),
                Sums(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper()));
        if (typeof(T) == typeof(double))
        {
            var (x, y) = (SumsOfPairs(a.AsDouble(), b.AsDouble()), SumsOfPairs(c.AsDouble(), d.AsDouble()));
            return (Avx512F.PermuteVar8x64x2(x, Vector512.Create(0L, 1, 8, 9, 4, 5, 12, 13), y)
                + Avx512F.PermuteVar8x64x2(x, Vector512.Create(2L, 3, 10, 11, 6, 7, 14, 15), y)).As<double, T>();
        }
        var low = Avx512F.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx512F.UnpackHigh(a.AsSingle(), b.AsSingle());
        var high = Avx512F.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx512F.UnpackHigh(c.AsSingle(), d.AsSingle());
        return (Avx512F.UnpackLow(low.AsDouble(), high.AsDouble()).AsSingle()
            + Avx512F.UnpackHigh(low.AsDouble(), high.AsDouble()).AsSingle()).As<float, T>();

        static Vector512<double> SumsOfPairs(Vector512<double> a, Vector512<double> b) =>
            Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Sums<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d)
        where T : unmanaged, INumber<T>
    {
        if (!Avx.IsSupported)
            return typeof(T) == typeof(float)
                ? Vector256.Create(
                    MergedPairs(MergedHalves(a.GetLower(), c.GetLower()), MergedHalves(b.GetLower(), d.GetLower())),
                    MergedPairs(MergedHalves(a.GetUpper(), c.GetUpper()), MergedHalves(b.GetUpper(), d.GetUpper())))
                : Vector256.Create(
                    MergedPairs(a.GetLower(), b.GetLower()) + MergedPairs(a.GetUpper(), b.GetUpper()),
                    MergedPairs(c.GetLower(), d.GetLower()) + MergedPairs(c.GetUpper(), d.GetUpper()));
        if (typeof(T) == typeof(double))
        {
            var x = Avx.UnpackLow(a.AsDouble(), b.AsDouble()) + Avx.UnpackHigh(a.AsDouble(), b.AsDouble());
            var y = Avx.UnpackLow(c.AsDouble(), d.AsDouble()) + Avx.UnpackHigh(c.AsDouble(), d.AsDouble());
            return (Avx.Permute2x128(x, y, 0x20) + Avx.Permute2x128(x, y, 0x31)).As<double, T>();
        }
        var low = (Avx.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx.UnpackHigh(a.AsSingle(), b.AsSingle())).AsDouble();
        var high = (Avx.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx.UnpackHigh(c.AsSingle(), d.AsSingle())).AsDouble();
        return (Avx.UnpackLow(low, high).AsSingle() + Avx.UnpackHigh(low, high).AsSingle()).As<float, T>();
    }

    // The sums of the elements of x and of y at the same place of both halves: those of x, and then those of y.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> MergedHalves<T>(Vector128<T> x, Vector128<T> y)
    {
        var first = Vector128.Create(-1, -1, 0, 0).As<int, T>();
        return Vector128.ConditionalSelect(first, x, y) + Simd.HalvesSwapped(Vector128.ConditionalSelect(first, y, x));
    }

    // The sums of the pairs of x and of y: those of x in the even lanes, those of y in the odd lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> MergedPairs<T>(Vector128<T> x, Vector128<T> y)
    {
        var even = typeof(T) == typeof(float) ? Vector128.Create(-1, 0, -1, 0).As<int, T>() : Vector128.Create(-1L, 0).As<long, T>();
        return Vector128.ConditionalSelect(even, x, y) + Simd.PairsSwapped(Vector128.ConditionalSelect(even, y, x));
    }

    /// <summary>
    /// The first <paramref name="count"/> lanes of each group of four are from v, the remaining lanes from <paramref name="others"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SelectHead<T>(Vector512<T> v, int count, Vector512<T> others) where T : unmanaged, INumber<T>
    {
        var isHead = typeof(T) == typeof(float)
            ? Vector512.LessThan(Vector512<int>.Indices & Vector512.Create(3), Vector512.Create(count)).As<int, T>()
            : Vector512.LessThan(Vector512<long>.Indices & Vector512.Create(3L), Vector512.Create((long)count)).As<long, T>();
        return Vector512.ConditionalSelect(isHead, v, others);
    }
}
