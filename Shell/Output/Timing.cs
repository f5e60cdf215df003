using System.Collections.Immutable;
using System.Diagnostics;

namespace MicroGpt.Shell.Output;

/// <summary>How long each of several equal pieces of work took, in ascending order, and what they all asked of memory.</summary>
internal sealed record Timing(ImmutableArray<TimeSpan> Pieces, long Allocated, ImmutableArray<int> Collections)
{
    /// <summary>The fastest piece.</summary>
    public TimeSpan Best => Pieces[0];

    /// <summary>The piece in the middle.</summary>
    public TimeSpan Median => Pieces[Pieces.Length / 2];

    /// <summary>Works piece by piece.</summary>
    public static Timing Of(int pieces, Action piece)
    {
        static ImmutableArray<int> Collections() => [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)];
        var (times, collections, allocated) = (new TimeSpan[pieces], Collections(), GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < pieces; i++)
        {
            var began = Stopwatch.GetTimestamp();
            piece();
            times[i] = Stopwatch.GetElapsedTime(began);
        }
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new([.. times.Order()], allocated, [.. Collections().Zip(collections, (after, before) => after - before)]);
    }
}
