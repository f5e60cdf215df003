using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// Memory that will be needed soon: so many rows of a place, and as much of others. The tiles of a product ask for it while they are
/// summed, so that memory works while the core does: evenly, since a core waits for only a few lines at a time. Places take turns.
/// </summary>
public readonly ref struct Prefetch<T>(ReadOnlySpan<Block<T>> places, int rows, int tiles, int terms) where T : unmanaged, INumber<T>
{
    private readonly ReadOnlySpan<Block<T>> places = places;
    private readonly int rows = rows, tiles = tiles, terms = terms;

    /// <summary>Where in memory a tile asks first, and how many bytes further with each term: none, once it is all asked for.</summary>
    public (nint Start, nint Step) Piece(int tile)
    {
        var (turns, (turn, place)) = (tiles / places.Length, Math.DivRem(tile, places.Length));
        var start = places[place].Address;
        if (turn >= turns || terms == 0) return (start, 0);
        // No further than to the next line of the cache: where there are too few terms, the end is left.
        var step = Math.Min(Vector512<byte>.Count, rows * places[0].Stride * Unsafe.SizeOf<T>() / (turns * terms) + 1);
        return (start + (nint)turn * terms * step, step);
    }
}
