using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// The packing and the index columns of a batch, in arrays that each batch overwrites. Kernels read the arrays instead of
/// <see cref="Inputs"/>.
/// </summary>
[Workspace]
internal sealed class BatchLayout
{
    private readonly Dictionary<Indices, int[]> columns = [];
    private readonly int pastCapacity;

    /// <summary>
    /// A layout without documents. There is room for <paramref name="documents"/> documents, for <paramref name="positions"/> positions in
    /// all documents together, and for <paramref name="past"/> cached positions before the documents.
    /// </summary>
    public BatchLayout(int documents, int positions, int past = 0) =>
        (Starts, DocumentOf, pastCapacity) = (new int[documents + 1], new int[positions], past);

    /// <summary>The first row of each document, followed by the number of positions.</summary>
    public int[] Starts { get; }

    /// <summary>The document of each row.</summary>
    public int[] DocumentOf { get; }

    /// <summary>The number of documents.</summary>
    public int Documents { get; private set; }

    /// <summary>The number of cached positions before the first row.</summary>
    public int Past { get; private set; }

    /// <summary>The number of positions in all documents.</summary>
    public int Positions => Starts[Documents];

    /// <summary>The array of a registered column: one integer for each position.</summary>
    public int[] this[Indices indices] => columns[indices];

    /// <summary>
    /// Registers a column and returns its array, which <see cref="Load"/> then fills. A kernel registers its columns when it is bound.
    /// </summary>
    public int[] Register(Indices indices)
    {
        columns.TryAdd(indices, new int[DocumentOf.Length]);
        return columns[indices];
    }

    /// <summary>The number of rows of an extent in this batch.</summary>
    public int Rows(Extent extent) => extent.IfFixed
        ?? (extent == Extent.Positions ? Positions
        : extent == Extent.Documents ? Documents
        : extent == Extent.Past ? Past
        : Past + Positions);

    /// <summary>The largest number of rows that an extent can have in this layout.</summary>
    public int Capacity(Extent extent) => extent.IfFixed
        ?? (extent == Extent.Positions ? DocumentOf.Length
        : extent == Extent.Documents ? Starts.Length - 1
        : extent == Extent.Past ? pastCapacity
        : pastCapacity + DocumentOf.Length);

    /// <summary>The position of a row in its document, counted from 0. The cached positions come before the first row.</summary>
    public int PositionOf(int row) => Past + row - Starts[DocumentOf[row]];

    /// <summary>Copies a packing and the registered columns into the layout.</summary>
    public void Load(Inputs inputs)
    {
        Clear(inputs.Packing.Past);
        for (var d = 0; d < inputs.Packing.Documents; d++) Append(inputs.Packing.LengthOf(d));
        foreach (var (indices, column) in columns) inputs[indices].CopyTo(column);
    }

    /// <summary>An immutable copy of the packing and of the registered columns.</summary>
    public Inputs ToInputs()
    {
        var lengths = Enumerable.Range(0, Documents).Select(d => Starts[d + 1] - Starts[d]).ToArray();
        return columns.Aggregate(
            Inputs.Of(Past > 0 ? Packing.Next(Past) : Packing.Of(lengths)),
            (inputs, column) => inputs.With(column.Key, [.. column.Value.AsSpan(0, Positions)]));
    }

    /// <summary>Removes all documents, and sets the number of cached positions.</summary>
    public void Clear(int past = 0) => (Documents, Past) = (0, past);

    /// <summary>Appends a document of <paramref name="positions"/> positions, and returns its first row.</summary>
    public int Append(int positions)
    {
        var start = Positions;
        DocumentOf.AsSpan(start, positions).Fill(Documents);
        Starts[++Documents] = start + positions;
        return start;
    }
}
