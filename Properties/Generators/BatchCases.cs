using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>The sizes that matrices have: packed documents or one row at a later position, heads, and a token for each position.</summary>
public sealed record BatchCase(
    ImmutableArray<int> Lengths, int Position, Heads Heads, int HeadSize, int Vocabulary, ImmutableArray<int> Draws)
{
    /// <summary>The column of tokens.</summary>
    public static Indices Tokens { get; } = new("tokens");

    /// <summary>The packing of the documents, or of one row at <see cref="Position"/> if this is not 0.</summary>
    public Packing Packing => Position > 0 ? Packing.At(Position) : Packing.Of(Lengths.AsSpan());

    /// <summary>The packing and the tokens.</summary>
    public Inputs Inputs => Inputs.Of(Packing).With(Tokens,
        [.. Enumerable.Range(0, Packing.Positions).Select(i => Draws[i % Draws.Length] % Vocabulary)]);

    /// <summary>The columns of all heads.</summary>
    public int Width => Heads.Count * HeadSize;

    /// <summary>The rows of keys and values: a row for each position, or block_size rows if earlier rows are cached.</summary>
    public Extent Seen => Position > 0 ? Heads.BlockSize : Extent.Positions;

    /// <summary>True if keys and values of these rows have a row for each position of the batch.</summary>
    public bool ReachesKeys(Extent rows) => rows.In(Packing) >= Packing.FirstPosition + Packing.Positions;

    /// <summary>All shapes to try: single rows and columns, fixed sizes, and sizes that depend on the documents.</summary>
    public ImmutableArray<Shape> Shapes =>
    [
        .. from rows in new Extent[] { 1, Width, Vocabulary, Heads.BlockSize, Extent.Positions, Extent.Documents }.Distinct()
           from columns in new[] { 1, Heads.Count, 2 * Heads.Count, Width, Vocabulary, Heads.Columns }.Distinct()
           select new Shape(rows, columns),
    ];

    public override string ToString() =>
        $"{(Position > 0 ? $"a row at position {Position}" : $"documents of {string.Join(", ", Lengths)} rows")}, {Heads}, "
        + $"head size {HeadSize}, tokens below {Vocabulary}: {string.Join(" ", Inputs[Tokens])}";
}

/// <summary>Generators of small batches.</summary>
public static class BatchCases
{
    private const int Longest = 3;

    /// <summary>One to three documents of one to three rows, or one row at position one to three.</summary>
    public static Arbitrary<BatchCase> Any { get; } = Arb.From(
        from documents in Gen.Choose(1, 3)
        from lengths in Gen.Choose(1, Longest).ArrayOf(documents)
        from position in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, Longest)))
        from spare in Gen.Choose(0, 1)
        from heads in Gen.Choose(1, 2)
        from headSize in Gen.Choose(1, 2)
        from vocabulary in Gen.Choose(1, 3)
        from draws in Gen.Choose(0, 5).ArrayOf(Longest * Longest)
        let block = Math.Max(lengths.Max(), position + 1) + spare
        select new BatchCase([.. lengths], position, new(heads, block), headSize, vocabulary, [.. draws]),
        Simpler);

    // Shrinks the documents. Sizes that shapes depend on stay.
    private static IEnumerable<BatchCase> Simpler(BatchCase batch)
    {
        if (batch.Position > 0) yield return batch with { Position = 0 };
        for (var d = 0; d < batch.Lengths.Length; d++)
        {
            if (batch.Lengths.Length > 1) yield return batch with { Lengths = batch.Lengths.RemoveAt(d) };
            if (batch.Lengths[d] > 1) yield return batch with { Lengths = batch.Lengths.SetItem(d, batch.Lengths[d] - 1) };
        }
    }
}
