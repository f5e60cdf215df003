using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>
/// The inputs of a GPT for some documents: their packing, tokens, positions and targets. A document has BOS at both ends.
/// Position i has token i as its input and token i + 1 as its target. Only the first block_size positions are used.
/// </summary>
public static class Batch
{
    /// <summary>The number of positions of a document: one less than its tokens, and at most the block size.</summary>
    public static int PositionsOf(ImmutableArray<int> document, int blockSize) => Math.Min(document.Length - 1, blockSize);

    /// <summary>Fills the spans with the first tokens, positions and targets of a document.</summary>
    public static void Write(ImmutableArray<int> document, Span<int> tokens, Span<int> positions, Span<int> targets)
    {
        document.AsSpan(0, tokens.Length).CopyTo(tokens);
        document.AsSpan(1, targets.Length).CopyTo(targets);
        for (var i = 0; i < positions.Length; i++) positions[i] = i;
    }

    /// <summary>The batch of documents, each cut to the block size.</summary>
    public static Inputs Of(int blockSize, params ReadOnlySpan<ImmutableArray<int>> documents)
    {
        var lengths = new int[documents.Length];
        for (var d = 0; d < lengths.Length; d++) lengths[d] = PositionsOf(documents[d], blockSize);
        var packing = Packing.Of(lengths);
        var (tokens, positions, targets) = (new int[packing.Positions], new int[packing.Positions], new int[packing.Positions]);
        for (var d = 0; d < lengths.Length; d++)
        {
            var (start, end) = packing.RowsOf(d);
            Write(documents[d], tokens.AsSpan(start..end), positions.AsSpan(start..end), targets.AsSpan(start..end));
        }
        return Inputs.Of(packing).With(Gpt.Tokens, [.. tokens]).With(Gpt.Positions, [.. positions]).With(Gpt.Targets, [.. targets]);
    }
}
