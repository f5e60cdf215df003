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
    [InlineData(3, 30, 33, 10, 40)]
    public void Tiles_ask_for_every_line_of_the_rows_for_as_much_of_other_places_and_for_little_else(int count, int rows, int columns, int tiles, int terms)
    {
        MatrixBuffer<float>[] places = [.. Enumerable.Range(0, count).Select(k => MatrixBuffer<float>.Allocate(rows, columns + 64 * k))];
        var soon = count == 1 ? Prefetch.Of(rows, places[0]) : Prefetch.Of(rows, places[0], places[1], places[2]);
        var (asked, size) = (AskedFor(soon, tiles, terms), rows * places[0].Stride * sizeof(float));
        foreach (var place in places)
            for (var at = 0; at < size; at += Line) Assert.Contains(place.Address + at, asked);
        // A step is a byte too long at most.
        Assert.All(asked, line => Assert.Contains(places, place => line - place.Address is var at && at >= 0 && at < size + tiles * terms));
    }

    [Fact]
    public void No_term_asks_further_than_the_next_line_even_if_the_end_is_left()
    {
        var (place, tiles, terms) = (MatrixBuffer<float>.Allocate(128, 256), 4, 7);
        for (var tile = 0; tile < tiles; tile++)
            Assert.Equal((place.Address + tile * terms * Line, Line), Prefetch.Of(128, place).Share(tile, tiles, terms));
    }

    [Theory]
    [InlineData(7, 6, 128)]   // the places take two turns
    [InlineData(7, 100, 128)]
    [InlineData(2, 0, 128)]   // fewer tiles than places
    [InlineData(9, 3, 0)]     // nothing to sum
    public void Where_all_is_asked_for_no_term_asks_further(int tiles, int tile, int terms)
    {
        var place = MatrixBuffer<float>.Allocate(16, 64);
        Assert.Equal((place.Address, 0), Prefetch.Of(16, place, place, place).Share(tile, tiles, terms));
        Assert.Equal(0, Prefetch.Of(16, place).Share(tiles + tile, tiles, terms).Stride);
    }

    [Fact]
    public void By_default_nothing_is_asked_for() => Assert.Equal((0, 0), default(Prefetch).Share(1, 9, 128));

    // Where the lines start that so many tiles of so many terms ask for.
    private static HashSet<nint> AskedFor(Prefetch soon, int tiles, int terms)
    {
        var asked = new HashSet<nint>();
        for (var tile = 0; tile < tiles; tile++)
            for (var (term, (start, step)) = (0, soon.Share(tile, tiles, terms)); term < terms; term++) asked.Add((start + term * step) / Line * Line);
        return asked;
    }
}
