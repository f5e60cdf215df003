using System.Runtime.Intrinsics;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>The shares of a prefetch together cover the memory that is needed next, and hardly anything else.</summary>
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
    public void All_shares_together_prefetch_every_cache_line_of_each_region(int regions, int rows, int columns, int tiles, int inner)
    {
        MatrixBuffer<float>[] buffers = [.. Enumerable.Range(0, regions).Select(k => MatrixBuffer<float>.Allocate(rows, columns + 64 * k))];
        var prefetch = regions == 1 ? Prefetch.Of(rows, buffers[0]) : default(Prefetch).After(rows, buffers[0], buffers[1], buffers[2], 0);
        var (lines, size) = (Prefetched(prefetch, tiles, inner), rows * buffers[0].Stride * sizeof(float));
        foreach (var buffer in buffers)
            for (var at = 0; at < size; at += Line) Assert.Contains(buffer.Address + at, lines);
        // A stride is rounded up by one byte at most, so that the last share ends a little late.
        var limit = size + tiles * inner;
        Assert.All(lines, line => Assert.Contains(buffers, buffer => line - buffer.Address is var at && at >= 0 && at < limit));
    }

    [Fact]
    public void A_stride_is_one_cache_line_at_most_even_if_the_end_is_not_prefetched()
    {
        var (buffer, tiles, inner) = (MatrixBuffer<float>.Allocate(128, 256), 4, 7);
        for (var tile = 0; tile < tiles; tile++)
            Assert.Equal((buffer.Address + tile * inner * Line, Line), Prefetch.Of(128, buffer).Share(tile, tiles, inner));
    }

    [Theory]
    [InlineData(7, 6, 128)]   // each of three regions has two shares
    [InlineData(7, 100, 128)]
    [InlineData(2, 0, 128)]   // fewer tiles than regions
    [InlineData(9, 3, 0)]     // no iterations
    public void The_stride_is_0_when_nothing_is_left(int tiles, int tile, int inner)
    {
        var buffer = MatrixBuffer<float>.Allocate(16, 64);
        Assert.Equal((buffer.Address, 0), default(Prefetch).After(16, buffer, buffer, buffer, 0).Share(tile, tiles, inner));
        Assert.Equal(0, Prefetch.Of(16, buffer).Share(tiles + tile, tiles, inner).Stride);
    }

    [Fact]
    public void A_slice_prefetches_its_part_of_the_next_operand()
    {
        var (x, next) = (MatrixBuffer<float>.Allocate(64, 64), MatrixBuffer<float>.Allocate(128, 64));
        var prefetch = Prefetch.Of(128, next).After(24, x.From(24), x.From(24), x.From(24), start: 24);
        Assert.Equal(x.From(24).Address, prefetch.Share(1, 3, 128).Address);
        Assert.Equal(next.From(24).Address, prefetch.Share(2, 3, 128).Address);
    }

    [Fact]
    public void The_default_prefetches_nothing() => Assert.Equal((0, 0), default(Prefetch).Share(1, 9, 128));

    // The addresses of the cache lines that all shares prefetch.
    private static HashSet<nint> Prefetched(Prefetch prefetch, int tiles, int inner)
    {
        var lines = new HashSet<nint>();
        for (var tile = 0; tile < tiles; tile++)
        {
            var (address, stride) = prefetch.Share(tile, tiles, inner);
            for (var p = 0; p < inner; p++) lines.Add((address + p * stride) / Line * Line);
        }
        return lines;
    }
}
