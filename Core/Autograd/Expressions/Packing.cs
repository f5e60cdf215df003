using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>
/// Documents packed one under the other, without padding: a row for each position. The rows of a document may go on from
/// <see cref="Past"/> rows that were seen before, which stand above its own in whatever is looked back at.
/// </summary>
public sealed class Packing
{
    private Packing(ImmutableArray<int> starts, ImmutableArray<int> documentOf, int past) =>
        (Starts, DocumentOf, Past) = (starts, documentOf, past);

    /// <summary>The first row of each document, and last the number of rows.</summary>
    public ImmutableArray<int> Starts { get; }

    /// <summary>The document of each row.</summary>
    public ImmutableArray<int> DocumentOf { get; }

    /// <summary>Rows seen before the first one.</summary>
    public int Past { get; }

    /// <summary>How many documents.</summary>
    public int Documents => Starts.Length - 1;

    /// <summary>How many positions, all documents together.</summary>
    public int Positions => Starts[^1];

    /// <summary>Whole documents of these lengths, each at least 1.</summary>
    public static Packing Of(params ReadOnlySpan<int> lengths)
    {
        var starts = ImmutableArray.CreateBuilder<int>(lengths.Length + 1);
        var documentOf = ImmutableArray.CreateBuilder<int>();
        starts.Add(0);
        for (var d = 0; d < lengths.Length; d++)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengths[d]);
            documentOf.AddRange(Enumerable.Repeat(d, lengths[d]));
            starts.Add(documentOf.Count);
        }
        return new(starts.MoveToImmutable(), documentOf.ToImmutable(), past: 0);
    }

    /// <summary>One document's next row, after <paramref name="past"/> rows.</summary>
    public static Packing Next(int past) => new([0, 1], [0], past);

    /// <summary>The rows of a document, from the first up to the one after the last.</summary>
    public (int Start, int End) RowsOf(int document) => (Starts[document], Starts[document + 1]);

    /// <summary>How many rows a document has.</summary>
    public int LengthOf(int document) => Starts[document + 1] - Starts[document];

    /// <summary>The position of a row in its document, counted from 0: it sees as many rows before it.</summary>
    public int PositionOf(int row) => Past + row - Starts[DocumentOf[row]];

    /// <summary>The first row that a row sees, among those of the past and present.</summary>
    public int FirstSeen(int row) => Starts[DocumentOf[row]];

    public override string ToString() => Past > 0 ? $"a document's next row after {Past}"
        : Documents == 0 ? "no documents"
        : $"documents of {Printing.Brief([.. Enumerable.Range(0, Documents).Select(LengthOf)])} rows";
}
