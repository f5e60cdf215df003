using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>
/// The inputs of a model for some documents: their packing, and the column of each input. A document has BOS at both ends. Position i has
/// token i as its input and token i + 1 as its target. Only the first block_size positions are used.
/// </summary>
public static class Batch
{
    /// <summary>The number of positions of a document: one less than its tokens, and at most the block size.</summary>
    public static int PositionsOf(ImmutableArray<int> document, int blockSize) => Math.Min(document.Length - 1, blockSize);

    /// <summary>The batch of documents, each cut to the block size of the model.</summary>
    public static Inputs Of(LanguageModel model, params ReadOnlySpan<ImmutableArray<int>> documents)
    {
        var lengths = new int[documents.Length];
        for (var d = 0; d < lengths.Length; d++) lengths[d] = PositionsOf(documents[d], model.BlockSize);
        var batch = Inputs.Of(Packing.Of(lengths));
        foreach (var input in model.Inputs)
        {
            var column = new int[batch.Packing.Positions];
            for (var d = 0; d < lengths.Length; d++)
            {
                var (start, end) = batch.Packing.RowsOf(d);
                input.Fill(documents[d], column.AsSpan(start..end));
            }
            batch = batch.With(input, [.. column]);
        }
        return batch;
    }
}
