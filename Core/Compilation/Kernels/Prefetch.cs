using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// The memory that a matrix product prefetches while it computes: one region, or three regions of equal size. The default value has no
/// region. The prefetches are distributed evenly over the register tiles, because a core can wait for only a few cache misses at a time.
/// </summary>
internal readonly struct Prefetch
{
    private readonly nint first, second, third;
    private readonly int regions, bytes;

    private Prefetch(int regions, int bytes, nint first, nint second = 0, nint third = 0) =>
        (this.regions, this.bytes, this.first, this.second, this.third) = (regions, bytes, first, second, third);

    /// <summary>A prefetch of the first <paramref name="rows"/> rows of a buffer.</summary>
    public static Prefetch Of<T>(int rows, MatrixBuffer<T> buffer) where T : unmanaged, INumber<T> =>
        new(1, BytesOf(rows, buffer), buffer.Address);

    /// <summary>
    /// A prefetch of three regions: the first <paramref name="rows"/> rows of x, and as many bytes of y and of this region. The part of
    /// this region begins where row <paramref name="start"/> would begin. If there is no region, the third region is in z.
    /// </summary>
    public Prefetch After<T>(int rows, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> z, int start)
        where T : unmanaged, INumber<T> =>
        new(3, BytesOf(rows, x), x.Address, y.Address, regions == 0 ? z.Address : first + BytesOf(start, x));

    /// <summary>
    /// The prefetches of tile <paramref name="tile"/> of <paramref name="tiles"/>: start address and stride in bytes. The tile issues
    /// one prefetch in each of <paramref name="inner"/> iterations. The stride is 0 if nothing is left to prefetch. If there are three
    /// regions, successive tiles prefetch from successive regions.
    /// </summary>
    public (nint Address, nint Stride) Share(int tile, int tiles, int inner)
    {
        var (shares, share, region) = regions == 3 ? (tiles / 3, tile / 3, tile % 3) : (tiles * regions, tile, 0);
        if (share >= shares || inner == 0) return (first, 0);
        // The stride is at most one cache line, because a longer stride would skip lines. If there are too few iterations, the end of a
        // region is not prefetched.
        var stride = Math.Min(Vector512<byte>.Count, bytes / (shares * inner) + 1);
        return ((region switch { 0 => first, 1 => second, _ => third }) + (nint)share * inner * stride, stride);
    }

    private static int BytesOf<T>(int rows, MatrixBuffer<T> buffer) where T : unmanaged, INumber<T> =>
        rows * buffer.Stride * Unsafe.SizeOf<T>();
}
