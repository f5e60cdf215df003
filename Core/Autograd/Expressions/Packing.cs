using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>
/// Documents packed one under the other, without padding: a row for each position. In generation a document continues after
/// <see cref="Past"/> cached rows, which stand above its own among keys and values.
/// </summary>
public sealed class Packing
{
    private Packing(ImmutableArray<int> starts, ImmutableArray<int> documentOf, int past) =>
        (Starts, DocumentOf, Past) = (starts, documentOf, past);

    /// <summary>The first row of each document, and last the number of rows.</summary>
    public ImmutableArray<int> Starts { get; }

    /// <summary>The document of each row.</summary>
    public ImmutableArray<int> DocumentOf { get; }

    /// <summary>The number of cached rows before the first row.</summary>
    public int Past { get; }

    /// <summary>The number of documents.</summary>
    public int Documents => Starts.Length - 1;

    /// <summary>The number of positions of all documents.</summary>
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

    /// <summary>The next row of one document, after <paramref name="past"/> rows.</summary>
    public static Packing Next(int past) => new([0, 1], [0], past);

    /// <summary>The rows of a document, from start up to end, without end itself.</summary>
    public (int Start, int End) RowsOf(int document) => (Starts[document], Starts[document + 1]);

    /// <summary>The number of rows of a document.</summary>
    public int LengthOf(int document) => Starts[document + 1] - Starts[document];

    /// <summary>The position of a row in its document, counted from 0: the number of rows it sees before its own.</summary>
    public int PositionOf(int row) => Past + row - Starts[DocumentOf[row]];

    /// <summary>The first of the keys and values that a row sees.</summary>
    public int FirstSeen(int row) => Starts[DocumentOf[row]];

    public override string ToString() => Past > 0 ? $"a document's next row after {Past}"
        : Documents == 0 ? "no documents"
        : $"documents of {Printing.Brief([.. Enumerable.Range(0, Documents).Select(LengthOf)])} rows";
}
