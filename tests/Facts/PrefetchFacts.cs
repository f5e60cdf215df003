using System.Runtime.Intrinsics;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>What is asked for before it is needed is what will be needed.</summary>
public class PrefetchFacts
{
    private static readonly int Line = Vector512<byte>.Count;

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 128, 256, 76, 128)]
    [InlineData(1, 64, 1000, 38, 110)]
    [InlineData(3, 24, 256, 16, 110)]
    [InlineData(3, 12, 1024, 32, 107)]
    [InlineData(2, 30, 33, 7, 40)]
    public void Tiles_ask_for_every_line_of_the_rows_for_as_much_of_other_places_and_for_little_else(int count, int rows, int columns, int tiles, int terms)
    {
        Block<float>[] places = [.. Enumerable.Range(0, count).Select(k => Block<float>.Of(rows, columns + 64 * k))];
        var (asked, size) = (AskedFor(new(places, rows, tiles, terms), tiles, terms), rows * places[0].Stride * sizeof(float));
        foreach (var place in places)
            for (var at = 0; at < size; at += Line) Assert.Contains(place.Address + at, asked);
        // A step is a byte too long at most.
        Assert.All(asked, line => Assert.Contains(places, place => line - place.Address is var at && at >= 0 && at < size + tiles * terms));
    }

    [Fact]
    public void No_term_asks_further_than_the_next_line_even_if_the_end_is_left()
    {
        var place = Block<float>.Of(128, 256);
        for (var tile = 0; tile < 4; tile++) Assert.Equal((place.Address + tile * 7 * Line, Line), new Prefetch<float>([place], 128, 4, 7).Piece(tile));
    }

    [Theory]
    [InlineData(2, 7, 6)]   // more tiles than were told of
    [InlineData(2, 7, 100)]
    [InlineData(3, 2, 0)]   // fewer tiles than places
    [InlineData(1, 0, 0)]
    public void What_is_asked_for_once_all_is_asked_for_is_nothing_further(int count, int tiles, int tile)
    {
        Block<float>[] places = [.. Enumerable.Range(0, count).Select(_ => Block<float>.Of(16, 64))];
        Assert.Equal(0, new Prefetch<float>(places, 16, tiles, 128).Piece(tile).Step);
    }

    [Fact]
    public void Where_there_are_no_terms_nothing_is_asked_for() => Assert.Equal(0, new Prefetch<float>([Block<float>.Of(16, 64)], 16, 4, 0).Piece(1).Step);

    // Where the lines start that so many tiles of so many terms ask for.
    private static HashSet<nint> AskedFor(Prefetch<float> soon, int tiles, int terms)
    {
        var asked = new HashSet<nint>();
        for (var tile = 0; tile < tiles; tile++)
            for (var (term, (start, step)) = (0, soon.Piece(tile)); term < terms; term++) asked.Add((start + term * step) / Line * Line);
        return asked;
    }
}
