using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroGpt.Compilation;

/// <summary>
/// Memory that will be needed, in pieces of some lines of the cache each: a tile of a product asks for a piece while it is summed, a
/// line with each term, so that memory works while the core does. Pieces are taken from three places in turn.
/// </summary>
public readonly struct Prefetch<T> where T : unmanaged, INumber<T>
{
    private readonly Block<T> first, second, third;
    private readonly int stride, apart, skipped, end;

    private Prefetch(Block<T> first, Block<T> second, Block<T> third, int stride, int apart, int skipped, int end) =>
        (this.first, this.second, this.third, this.stride, this.apart, this.skipped, this.end) = (first, second, third, stride, apart, skipped, end);

    /// <summary>The first columns of a block. A piece is a line of each row.</summary>
    public static Prefetch<T> Columns(Block<T> block, int columns)
    {
        var lanes = Vector512<T>.Count;
        return new(block, block.From(0, lanes), block.From(0, 2 * lanes), block.Stride, 3 * lanes, 0, (columns + lanes - 1) / lanes);
    }

    /// <summary>The first rows of three blocks of the same shape, but for some pieces. A piece is so many lines, one after another.</summary>
    public static Prefetch<T> Rows(ReadOnlySpan<Block<T>> blocks, int rows, int lines, int skipped)
    {
        var apart = lines * Vector512<T>.Count;
        return new(blocks[0], blocks[1], blocks[2], Vector512<T>.Count, apart, skipped, 3 * ((rows * blocks[0].Stride + apart - 1) / apart));
    }

    /// <summary>Where in memory a piece starts, and how many bytes apart its lines are. Without such a piece, what is at hand is asked for.</summary>
    public (nint Start, nint Step) Piece(int k, ref T atHand)
    {
        k += skipped;
        if (k >= end) return (Register.AddressOf(ref atHand), 0);
        var place = (k % 3) switch { 0 => first, 1 => second, _ => third };
        return (Register.AddressOf(ref Unsafe.Add(ref place.Start, k / 3 * apart)), stride * Unsafe.SizeOf<T>());
    }
}
