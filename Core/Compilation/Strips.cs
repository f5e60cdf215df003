using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// A part of a product y = x·w that is held in registers while it is summed: a row of y, or two, and a register of each, or less, or
/// more. How many there are decides how often what was loaded is used.
/// </summary>
internal interface IStrip<T, TSelf> where TSelf : struct, IStrip<T, TSelf>
{
    /// <summary>How many rows of y.</summary>
    static abstract int Rows { get; }

    /// <summary>As much of a row of w.</summary>
    static abstract TSelf Load(ref T w);

    /// <summary>What stands in y already.</summary>
    static virtual TSelf Reload(ref T y, nint yRow) => TSelf.Load(ref y);

    /// <summary>This + x·w, one number of x for each row of y.</summary>
    TSelf Plus(ref T x, nint xRow, TSelf w);

    /// <summary>Writes it to y.</summary>
    void Store(ref T y, nint yRow);
}

/// <summary>One row, one register.</summary>
internal readonly struct Strip<T>(Vector512<T> a) : IStrip<T, Strip<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<T> Load(ref T w) => new(Vector512.LoadUnsafe(ref w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Strip<T> Plus(ref T x, nint xRow, Strip<T> w) => new(Register.Fma(Vector512.Create(x), w.a, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow) => a.StoreUnsafe(ref y);
}

/// <summary>Two rows, one register of each.</summary>
internal readonly struct Tall<T>(Vector512<T> a, Vector512<T> b) : IStrip<T, Tall<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a, b = b;

    public static int Rows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tall<T> Load(ref T w) => new(Vector512.LoadUnsafe(ref w), default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tall<T> Reload(ref T y, nint yRow) => new(Vector512.LoadUnsafe(ref y), Vector512.LoadUnsafe(ref y, (nuint)yRow));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tall<T> Plus(ref T x, nint xRow, Tall<T> w) =>
        new(Register.Fma(Vector512.Create(x), w.a, a), Register.Fma(Vector512.Create(Unsafe.Add(ref x, xRow)), w.a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow)
    {
        a.StoreUnsafe(ref y);
        b.StoreUnsafe(ref y, (nuint)yRow);
    }
}

/// <summary>One row, two registers.</summary>
internal readonly struct Pair<T>(Vector512<T> a, Vector512<T> b) : IStrip<T, Pair<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a, b = b;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Load(ref T w) => new(Vector512.LoadUnsafe(ref w), Vector512.LoadUnsafe(ref w, (nuint)Vector512<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<T> Plus(ref T x, nint xRow, Pair<T> w)
    {
        var by = Vector512.Create(x);
        return new(Register.Fma(by, w.a, a), Register.Fma(by, w.b, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow)
    {
        a.StoreUnsafe(ref y);
        b.StoreUnsafe(ref y, (nuint)Vector512<T>.Count);
    }
}

/// <summary>One row, four registers.</summary>
internal readonly struct Wide<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) : IStrip<T, Wide<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a, b = b, c = c, d = d;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<T> Load(ref T w) => new(
        Vector512.LoadUnsafe(ref w),
        Vector512.LoadUnsafe(ref w, (nuint)Vector512<T>.Count),
        Vector512.LoadUnsafe(ref w, (nuint)(2 * Vector512<T>.Count)),
        Vector512.LoadUnsafe(ref w, (nuint)(3 * Vector512<T>.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Wide<T> Plus(ref T x, nint xRow, Wide<T> w)
    {
        var by = Vector512.Create(x);
        return new(Register.Fma(by, w.a, a), Register.Fma(by, w.b, b), Register.Fma(by, w.c, c), Register.Fma(by, w.d, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow)
    {
        a.StoreUnsafe(ref y);
        b.StoreUnsafe(ref y, (nuint)Vector512<T>.Count);
        c.StoreUnsafe(ref y, (nuint)(2 * Vector512<T>.Count));
        d.StoreUnsafe(ref y, (nuint)(3 * Vector512<T>.Count));
    }
}

/// <summary>One row, four numbers, or two in double precision.</summary>
internal readonly struct Slim<T>(Vector128<T> a) : IStrip<T, Slim<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector128<T> a = a;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Slim<T> Load(ref T w) => new(Vector128.LoadUnsafe(ref w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Slim<T> Plus(ref T x, nint xRow, Slim<T> w) => new(Register.Fma(Vector128.Create(x), w.a, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow) => a.StoreUnsafe(ref y);
}

/// <summary>One row, one number.</summary>
internal readonly struct Thin<T>(T a) : IStrip<T, Thin<T>> where T : unmanaged, INumber<T>
{
    private readonly T a = a;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Thin<T> Load(ref T w) => new(w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Thin<T> Plus(ref T x, nint xRow, Thin<T> w) => new(a + x * w.a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow) => y = a;
}

/// <summary>How many strips make a tile.</summary>
internal interface ICount
{
    /// <summary>So many.</summary>
    static abstract int Value { get; }
}

/// <summary>4.</summary>
internal readonly struct Four : ICount
{
    public static int Value => 4;
}

/// <summary>6.</summary>
internal readonly struct Six : ICount
{
    public static int Value => 6;
}
