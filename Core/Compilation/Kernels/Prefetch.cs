using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// Memory that will be needed soon, or by default none: so many bytes from one address on, or from each of three. The tiles of a product
/// ask for it while they are summed, so that memory works while the core does: evenly, since a core waits for few lines at a time.
/// </summary>
internal readonly struct Prefetch
{
    private readonly nint first, second, third;
    private readonly int places, bytes;

    private Prefetch(int places, int bytes, nint first, nint second = 0, nint third = 0) =>
        (this.places, this.bytes, this.first, this.second, this.third) = (places, bytes, first, second, third);

    /// <summary>The first rows of a block.</summary>
    public static Prefetch Of<T>(int rows, MatrixBuffer<T> block) where T : unmanaged, INumber<T> => new(1, BytesOf(rows, block), block.Address);

    /// <summary>The first rows of a block, and as much of two others.</summary>
    public static Prefetch Of<T>(int rows, MatrixBuffer<T> first, MatrixBuffer<T> second, MatrixBuffer<T> third) where T : unmanaged, INumber<T> =>
        new(3, BytesOf(rows, first), first.Address, second.Address, third.Address);

    /// <summary>
    /// Where one of so many tiles, of so many terms each, asks first, and how many bytes further with each term: none, where all is asked
    /// for. Places take turns.
    /// </summary>
    public (nint Start, nint Step) Share(int tile, int tiles, int terms)
    {
        var (turns, turn, place) = places == 3 ? (tiles / 3, tile / 3, tile % 3) : (tiles * places, tile, 0);
        if (turn >= turns || terms == 0) return (first, 0);
        // No further than to the next line of the cache: where there are too few terms, the end is left.
        var step = Math.Min(Vector512<byte>.Count, bytes / (turns * terms) + 1);
        return ((place switch { 0 => first, 1 => second, _ => third }) + (nint)turn * terms * step, step);
    }

    private static int BytesOf<T>(int rows, MatrixBuffer<T> block) where T : unmanaged, INumber<T> => rows * block.Stride * Unsafe.SizeOf<T>();
}
