using System.Collections.Immutable;

namespace MicroGpt.Compilation;

/// <summary>
/// The shards of a batch: groups of documents whose gradients are computed separately. The gradient of the batch is the weighted sum of
/// these gradients. The order of the sum is fixed, so the bits of a result do not depend on the number of threads.
/// </summary>
internal static class Shards
{
    /// <summary>The number of documents in a shard. The last shard of a batch may have fewer.</summary>
    public const int Size = 16;

    /// <summary>The shards of a batch, as ranges of its documents.</summary>
    public static ImmutableArray<Range> Of(int batchSize) =>
        [.. Enumerable.Range(0, (batchSize + Size - 1) / Size).Select(s => (s * Size)..Math.Min((s + 1) * Size, batchSize))];

    /// <summary>
    /// Documents of these lengths in shards, as ranges: each shard has the most documents that come to at most
    /// <paramref name="positions"/> positions together, and at least one.
    /// </summary>
    public static ImmutableArray<Range> Of(IEnumerable<int> lengths, int positions)
    {
        var (shards, first, next, sum) = (ImmutableArray.CreateBuilder<Range>(), 0, 0, 0);
        foreach (var length in lengths)
        {
            if (next > first && sum + length > positions)
            {
                shards.Add(first..next);
                (first, sum) = (next, 0);
            }
            (next, sum) = (next + 1, sum + length);
        }
        if (next > first) shards.Add(first..next);
        return shards.DrainToImmutable();
    }
}
