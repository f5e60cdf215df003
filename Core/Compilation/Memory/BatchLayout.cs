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

    /// <summary>
    /// A layout without documents. There is room for <paramref name="documents"/> documents, and for <paramref name="positions"/> positions
    /// in all documents together.
    /// </summary>
    public BatchLayout(int documents, int positions) => (Starts, DocumentOf) = (new int[documents + 1], new int[positions]);

    /// <summary>The first row of each document, followed by the number of positions.</summary>
    public int[] Starts { get; }

    /// <summary>The document of each row.</summary>
    public int[] DocumentOf { get; }

    /// <summary>The number of documents.</summary>
    public int Documents { get; private set; }

    /// <summary>The position of each document's first row in the document: 0 for whole documents.</summary>
    public int FirstPosition { get; private set; }

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
    public int Rows(Extent extent) => extent.In(Documents, Positions);

    /// <summary>The largest number of rows that an extent can have in this layout.</summary>
    public int Capacity(Extent extent) => extent.In(Starts.Length - 1, DocumentOf.Length);

    /// <summary>The position of a row in its document, counted from 0.</summary>
    public int PositionOf(int row) => FirstPosition + row - Starts[DocumentOf[row]];

    /// <summary>The documents whose first row is one of <paramref name="count"/> rows, from row <paramref name="first"/> on.</summary>
    public Range DocumentsIn(int first, int count) => DocumentsBefore(first)..DocumentsBefore(first + count);

    private int DocumentsBefore(int row)
    {
        if (row == 0) return 0;
        if (row >= Positions) return Documents;
        return DocumentOf[row - 1] + 1;
    }

    /// <summary>
    /// Throws <see cref="ArgumentException"/> if a position of the batch lies outside a block. A kernel would then use memory outside its
    /// matrices.
    /// </summary>
    public void CheckPositions(int blockSize)
    {
        for (var d = 0; d < Documents; d++)
            if (PositionOf(Starts[d + 1] - 1) is var last && last >= blockSize)
                throw new ArgumentException($"Position {last} lies outside a block of {blockSize}.");
    }

    /// <summary>
    /// Throws <see cref="ArgumentException"/> if a position of the batch lies outside a block, or if keys and values with these rows do not
    /// have a row for each position. The kernels of attention would then use memory outside their matrices.
    /// </summary>
    public void CheckAttention(int blockSize, Extent keys)
    {
        CheckPositions(blockSize);
        if (FirstPosition + Positions > Rows(keys))
            throw new ArgumentException($"{Rows(keys)} rows of keys or values do not reach to row {FirstPosition + Positions - 1}.");
    }

    /// <summary>Copies a packing and the registered columns into the layout.</summary>
    public void Load(Inputs inputs)
    {
        Clear(inputs.Packing.FirstPosition);
        for (var d = 0; d < inputs.Packing.Documents; d++) Append(inputs.Packing.LengthOf(d));
        foreach (var (indices, column) in columns) inputs[indices].CopyTo(column);
    }

    /// <summary>An immutable copy of the packing and of the registered columns.</summary>
    public Inputs ToInputs()
    {
        var lengths = Enumerable.Range(0, Documents).Select(d => Starts[d + 1] - Starts[d]).ToArray();
        return columns.Aggregate(
            Inputs.Of(FirstPosition > 0 ? Packing.At(FirstPosition) : Packing.Of(lengths)),
            (inputs, column) => inputs.With(column.Key, [.. column.Value.AsSpan(0, Positions)]));
    }

    /// <summary>Removes all documents, and sets the position of the first row of later documents.</summary>
    public void Clear(int firstPosition = 0) => (Documents, FirstPosition) = (0, firstPosition);

    /// <summary>Sets the position of the first row of the documents.</summary>
    public void MoveTo(int firstPosition) => FirstPosition = firstPosition;

    /// <summary>Appends a document of <paramref name="positions"/> positions, and returns its first row.</summary>
    public int Append(int positions)
    {
        var start = Positions;
        DocumentOf.AsSpan(start, positions).Fill(Documents);
        Starts[++Documents] = start + positions;
        return start;
    }
}
