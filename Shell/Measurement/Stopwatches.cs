using System.Diagnostics;

namespace MicroGpt.Shell.Measurement;

/// <summary>Times, allocations and collections of equal pieces of work that run one after another.</summary>
internal sealed class Stopwatches
{
    private readonly List<TimeSpan> pieces = [];
    private readonly long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
    private readonly int[] collectionsBefore = CollectionsSoFar();
    private long began = Stopwatch.GetTimestamp();

    /// <summary>The time of the fastest piece.</summary>
    public TimeSpan Best => pieces.Min();

    /// <summary>The median time of a piece.</summary>
    public TimeSpan Median => pieces.Order().ElementAt(pieces.Count / 2);

    /// <summary>The bytes allocated by all pieces together.</summary>
    public long Allocated { get; private set; }

    /// <summary>The number of garbage collections of each generation, during all pieces together.</summary>
    public IEnumerable<int> Collections { get; private set; } = [];

    /// <summary>Ends a piece and begins the next.</summary>
    public void Lap()
    {
        pieces.Add(Stopwatch.GetElapsedTime(began));
        Allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        Collections = CollectionsSoFar().Zip(collectionsBefore, (after, before) => after - before);
        began = Stopwatch.GetTimestamp();
    }

    private static int[] CollectionsSoFar() => [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)];
}
