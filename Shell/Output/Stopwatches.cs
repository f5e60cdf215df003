using System.Diagnostics;

namespace MicroGpt.Shell.Output;

/// <summary>How long equal pieces of work take, one after another, and what they all ask of memory.</summary>
internal sealed class Stopwatches
{
    private readonly List<TimeSpan> pieces = [];
    private readonly long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
    private readonly int[] collectionsBefore = CollectionsSoFar();
    private long began = Stopwatch.GetTimestamp();

    /// <summary>The fastest piece.</summary>
    public TimeSpan Best => pieces.Min();

    /// <summary>The piece in the middle.</summary>
    public TimeSpan Median => pieces.Order().ElementAt(pieces.Count / 2);

    /// <summary>The bytes that were allocated.</summary>
    public long Allocated { get; private set; }

    /// <summary>The collections of each generation.</summary>
    public IEnumerable<int> Collections { get; private set; } = [];

    /// <summary>Ends a piece, and begins the next.</summary>
    public void Lap()
    {
        pieces.Add(Stopwatch.GetElapsedTime(began));
        Allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        Collections = CollectionsSoFar().Zip(collectionsBefore, (after, before) => after - before);
        began = Stopwatch.GetTimestamp();
    }

    private static int[] CollectionsSoFar() => [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)];
}
