using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>
/// Documents packed one under the other, without padding, with a row for each position. In generation, the packing is one row of a
/// document, at position <see cref="FirstPosition"/>.
/// </summary>
public sealed class Packing
{
    private Packing(ImmutableArray<int> starts, ImmutableArray<int> documentOf, int firstPosition) =>
        (Starts, DocumentOf, FirstPosition) = (starts, documentOf, firstPosition);

    /// <summary>The index of each document's first row. One more number follows: the total number of rows.</summary>
    public ImmutableArray<int> Starts { get; }

    /// <summary>For each row, the index of the document to which it belongs.</summary>
    public ImmutableArray<int> DocumentOf { get; }

    /// <summary>The position of each document's first row in the document: 0 for whole documents.</summary>
    public int FirstPosition { get; }

    /// <summary>The number of documents.</summary>
    public int Documents => Starts.Length - 1;

    /// <summary>The number of positions of all documents.</summary>
    public int Positions => Starts[^1];

    /// <summary>The packing of whole documents with these lengths. Each length is at least 1.</summary>
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
        return new(starts.MoveToImmutable(), documentOf.ToImmutable(), firstPosition: 0);
    }

    /// <summary>The packing of one row of a document, at a position from 0.</summary>
    public static Packing At(int position) => new([0, 1], [0], position);

    /// <summary>The rows of a document: start, …, end - 1.</summary>
    public (int Start, int End) RowsOf(int document) => (Starts[document], Starts[document + 1]);

    /// <summary>The number of rows of a document.</summary>
    public int LengthOf(int document) => Starts[document + 1] - Starts[document];

    /// <summary>The position of a row in its document, from 0.</summary>
    public int PositionOf(int row) => FirstPosition + row - Starts[DocumentOf[row]];

    /// <summary>The index, in the matrices of keys and values, of the first row to which this row attends.</summary>
    public int FirstSeen(int row) => Starts[DocumentOf[row]];

    public override string ToString() => FirstPosition > 0 ? $"a document's row at position {FirstPosition}"
        : Documents == 0 ? "no documents"
        : $"documents of {Printing.Brief([.. Enumerable.Range(0, Documents).Select(LengthOf)])} rows";
}
