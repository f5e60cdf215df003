using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>What is asked for before it is needed is what will be needed.</summary>
public class PrefetchFacts
{
    private static readonly int Lanes = Vector512<float>.Count;
    private readonly float[] atHand = GC.AllocateArray<float>(1, pinned: true);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(110, 16)]
    [InlineData(110, 17)]
    [InlineData(128, 64)]
    [InlineData(100, 128)]
    public void Of_columns_the_pieces_have_a_line_of_every_row(int terms, int columns)
    {
        var block = Block<float>.Of(terms, columns);
        var asked = AskedFor(Prefetch<float>.Columns(block, columns), terms);
        Assert.Equal(Lines(block, terms, columns).Order(), asked.Order());
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(12, 256, 110)]
    [InlineData(60, 33, 7)]
    [InlineData(7, 1000, 128)]
    public void Of_rows_the_pieces_have_every_line_of_all_blocks(int rows, int columns, int terms)
    {
        Block<float>[] blocks = [Block<float>.Of(rows, columns), Block<float>.Of(rows, columns), Block<float>.Of(rows, columns)];
        var asked = AskedFor(Prefetch<float>.Rows(blocks, rows, terms, skipped: 0), terms);
        foreach (var block in blocks) Assert.Subset(asked, Lines(block, rows, columns));
        Assert.InRange(asked.Count, 1, 3 * (rows * blocks[0].Stride / Lanes + terms));
    }

    [Fact]
    public void What_is_skipped_is_what_other_tiles_ask_for()
    {
        Block<float>[] blocks = [Block<float>.Of(60, 256), Block<float>.Of(60, 256), Block<float>.Of(60, 256)];
        var (all, rest) = (Prefetch<float>.Rows(blocks, 60, 110, skipped: 0), Prefetch<float>.Rows(blocks, 60, 110, skipped: 10));
        for (var k = 0; k < 40; k++) Assert.Equal(all.Piece(k + 10, ref atHand[0]), rest.Piece(k, ref atHand[0]));
    }

    // The addresses of the lines that tiles of so many terms ask for, one tile after another, until only what is at hand is left.
    private HashSet<nint> AskedFor(Prefetch<float> soon, int terms)
    {
        var asked = new HashSet<nint>();
        for (var k = 0; soon.Piece(k, ref atHand[0]) is var (start, step) && step != 0; k++)
            for (var term = 0; term < terms; term++) Assert.True(asked.Add(start + term * step), $"piece {k} has a line that another has");
        Assert.Equal((Marshal.UnsafeAddrOfPinnedArrayElement(atHand, 0), 0), soon.Piece(1_000_000, ref atHand[0]));
        return asked;
    }

    private static HashSet<nint> Lines(Block<float> block, int rows, int columns) =>
    [
        .. from i in Enumerable.Range(0, rows)
           from j in Enumerable.Range(0, (columns + Lanes - 1) / Lanes)
           select Marshal.UnsafeAddrOfPinnedArrayElement(block.Data, block.Offset + i * block.Stride + j * Lanes),
    ];
}
