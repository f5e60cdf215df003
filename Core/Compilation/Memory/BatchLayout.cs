using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>How the documents of a run are packed and indexed, in arrays that serve one run after another: <see cref="Inputs"/>, loaded.</summary>
public sealed class BatchLayout
{
    private readonly Dictionary<Indices, int[]> columns = [];
    private readonly int[] counts = new int[2]; // of documents, and of rows seen before
    private readonly int mostPast;

    /// <summary>Room for so many documents, for so many positions together, and for so many rows seen before them.</summary>
    public BatchLayout(int documents, int positions, int past = 0) =>
        (Starts, DocumentOf, mostPast) = (new int[documents + 1], new int[positions], past);

    /// <summary>The first row of each document, and after the last the number of rows.</summary>
    public int[] Starts { get; }

    /// <summary>The document of each row.</summary>
    public int[] DocumentOf { get; }

    /// <summary>How many documents.</summary>
    public int Documents => counts[0];

    /// <summary>How many rows seen before the first one.</summary>
    public int Past => counts[1];

    /// <summary>How many positions.</summary>
    public int Positions => Starts[Documents];

    /// <summary>The array that holds a column of integers.</summary>
    public int[] this[Indices indices] => columns.TryGetValue(indices, out var column) ? column : columns[indices] = new int[DocumentOf.Length];

    /// <summary>How many rows an extent has.</summary>
    public int Rows(Extent extent) => extent.IfFixed
        ?? (extent == Extent.Positions ? Positions
        : extent == Extent.Documents ? Documents
        : extent == Extent.Past ? Past
        : Past + Positions);

    /// <summary>How many rows an extent may have.</summary>
    public int Capacity(Extent extent) => extent.IfFixed
        ?? (extent == Extent.Positions ? DocumentOf.Length
        : extent == Extent.Documents ? Starts.Length - 1
        : extent == Extent.Past ? mostPast
        : mostPast + DocumentOf.Length);

    /// <summary>The position of a row in its document.</summary>
    public int PositionOf(int row) => Past + row - Starts[DocumentOf[row]];

    /// <summary>Takes over the packing and the columns that a program has asked for.</summary>
    public void Load(Inputs inputs)
    {
        Clear(inputs.Packing.Past);
        for (var d = 0; d < inputs.Packing.Documents; d++) Append(inputs.Packing.LengthOf(d));
        foreach (var (indices, column) in columns) inputs[indices].CopyTo(column);
    }

    /// <summary>Leaves no documents, and so many rows seen before.</summary>
    public void Clear(int past = 0) => (counts[0], counts[1]) = (0, past);

    /// <summary>One more document, on so many positions: the first of its rows.</summary>
    public int Append(int positions)
    {
        var start = Positions;
        DocumentOf.AsSpan(start, positions).Fill(Documents);
        Starts[++counts[0]] = start + positions;
        return start;
    }
}
