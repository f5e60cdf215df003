using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// A register block: a part of y = x·w that stays in vector registers while it is summed. It has one or two rows of up to four vectors.
/// Large blocks reuse each loaded value more often. Small blocks fit the edges of y.
/// </summary>
internal interface IRegisterBlock<T, TSelf> where TSelf : struct, IRegisterBlock<T, TSelf>
{
    /// <summary>The number of rows of y in the block.</summary>
    static abstract int Rows { get; }

    /// <summary>Loads a part of one row of w that is as wide as the block.</summary>
    static abstract TSelf Load(ref T w);

    /// <summary>Loads the block from y, as the start of the sum.</summary>
    static virtual TSelf Reload(ref T y, nint yRow) => TSelf.Load(ref y);

    /// <summary>Returns this block + x·w: each row of the block, plus w times the element of x for that row.</summary>
    TSelf MultiplyAdd(ref T x, nint xRow, TSelf w);

    /// <summary>Stores the block in y.</summary>
    void Store(ref T y, nint yRow);
}

/// <summary>1 row of 1 vector.</summary>
internal readonly struct Block1x1<T>(Vector512<T> a) : IRegisterBlock<T, Block1x1<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block1x1<T> Load(ref T w) => new(Vector512.LoadUnsafe(ref w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block1x1<T> MultiplyAdd(ref T x, nint xRow, Block1x1<T> w) => new(Simd.Fma(Vector512.Create(x), w.a, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow) => a.StoreUnsafe(ref y);
}

/// <summary>2 rows of 1 vector.</summary>
internal readonly struct Block2x1<T>(Vector512<T> a, Vector512<T> b) : IRegisterBlock<T, Block2x1<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a, b = b;

    public static int Rows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block2x1<T> Load(ref T w) => new(Vector512.LoadUnsafe(ref w), default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block2x1<T> Reload(ref T y, nint yRow) => new(Vector512.LoadUnsafe(ref y), Vector512.LoadUnsafe(ref y, (nuint)yRow));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block2x1<T> MultiplyAdd(ref T x, nint xRow, Block2x1<T> w) =>
        new(Simd.Fma(Vector512.Create(x), w.a, a), Simd.Fma(Vector512.Create(Unsafe.Add(ref x, xRow)), w.a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow)
    {
        a.StoreUnsafe(ref y);
        b.StoreUnsafe(ref y, (nuint)yRow);
    }
}

/// <summary>1 row of 2 vectors.</summary>
internal readonly struct Block1x2<T>(Vector512<T> a, Vector512<T> b) : IRegisterBlock<T, Block1x2<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a, b = b;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block1x2<T> Load(ref T w) => new(Vector512.LoadUnsafe(ref w), Vector512.LoadUnsafe(ref w, (nuint)Vector512<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block1x2<T> MultiplyAdd(ref T x, nint xRow, Block1x2<T> w)
    {
        var broadcast = Vector512.Create(x);
        return new(Simd.Fma(broadcast, w.a, a), Simd.Fma(broadcast, w.b, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow)
    {
        a.StoreUnsafe(ref y);
        b.StoreUnsafe(ref y, (nuint)Vector512<T>.Count);
    }
}

/// <summary>1 row of 4 vectors.</summary>
internal readonly struct Block1x4<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) : IRegisterBlock<T, Block1x4<T>>
    where T : unmanaged, INumber<T>
{
    private readonly Vector512<T> a = a, b = b, c = c, d = d;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block1x4<T> Load(ref T w) => new(
        Vector512.LoadUnsafe(ref w),
        Vector512.LoadUnsafe(ref w, (nuint)Vector512<T>.Count),
        Vector512.LoadUnsafe(ref w, (nuint)(2 * Vector512<T>.Count)),
        Vector512.LoadUnsafe(ref w, (nuint)(3 * Vector512<T>.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block1x4<T> MultiplyAdd(ref T x, nint xRow, Block1x4<T> w)
    {
        var broadcast = Vector512.Create(x);
        return new(Simd.Fma(broadcast, w.a, a), Simd.Fma(broadcast, w.b, b), Simd.Fma(broadcast, w.c, c), Simd.Fma(broadcast, w.d, d));
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

/// <summary>1 row of a quarter of a vector: 4 floats or 2 doubles.</summary>
internal readonly struct Block1xQuarter<T>(Vector128<T> a) : IRegisterBlock<T, Block1xQuarter<T>> where T : unmanaged, INumber<T>
{
    private readonly Vector128<T> a = a;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block1xQuarter<T> Load(ref T w) => new(Vector128.LoadUnsafe(ref w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block1xQuarter<T> MultiplyAdd(ref T x, nint xRow, Block1xQuarter<T> w) => new(Simd.Fma(Vector128.Create(x), w.a, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow) => a.StoreUnsafe(ref y);
}

/// <summary>1 row of 1 element.</summary>
internal readonly struct Block1xScalar<T>(T a) : IRegisterBlock<T, Block1xScalar<T>> where T : unmanaged, INumber<T>
{
    private readonly T a = a;

    public static int Rows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block1xScalar<T> Load(ref T w) => new(w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block1xScalar<T> MultiplyAdd(ref T x, nint xRow, Block1xScalar<T> w) => new(a + x * w.a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T y, nint yRow) => y = a;
}

/// <summary>
/// The number of blocks in a register tile. It is a type, so that the JIT compiles a separate micro-kernel for each number.
/// </summary>
internal interface IBlockCount
{
    static abstract int Value { get; }
}

internal readonly struct Four : IBlockCount
{
    public static int Value => 4;
}

internal readonly struct Six : IBlockCount
{
    public static int Value => 6;
}
