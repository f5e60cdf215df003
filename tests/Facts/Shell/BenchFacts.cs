using MicroGpt.Shell.Commands;

namespace MicroGpt.Facts.Shell;

/// <summary>How much `bench` measures.</summary>
public class BenchFacts
{
    // Ten pieces are to take five seconds, and the warm-up takes two.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(400, 100)]
    [InlineData(int.MaxValue, 1000)]
    public void Ten_pieces_have_what_five_seconds_allow(int warmedUp, int piece) =>
        Assert.Equal(piece, BenchCommand.PieceOf(warmedUp, most: 1000));
}
