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
}
