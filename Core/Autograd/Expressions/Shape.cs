namespace MicroGpt.Autograd;

/// <summary>A number of rows. It is either fixed, or determined by the packing of the documents.</summary>
public readonly record struct Extent
{
    private enum Kind { Fixed, Documents, Positions }

    private readonly Kind kind;
    private readonly int count;

    private Extent(Kind kind, int count = 0) => (this.kind, this.count) = (kind, count);

    /// <summary>A row for each document.</summary>
    public static Extent Documents { get; } = new(Kind.Documents);

    /// <summary>A row for each position of each document.</summary>
    public static Extent Positions { get; } = new(Kind.Positions);

    /// <summary>A fixed number of rows.</summary>
    public static implicit operator Extent(int count) => new(Kind.Fixed, count);

    /// <summary>The rows of a mean over these rows: documents for positions, 1 for documents; null if there is no such mean.</summary>
    public Extent? Averaged => kind switch
    {
        Kind.Positions => Documents,
        Kind.Documents => 1,
        _ => null,
    };

    /// <summary>The number of rows if it is fixed, otherwise null.</summary>
    public int? IfFixed => kind == Kind.Fixed ? count : null;

    /// <summary>The number of rows if the documents have this packing.</summary>
    public int In(Packing packing) => In(packing.Documents, packing.Positions);

    /// <summary>The number of rows for a batch with this number of documents, and of positions in all documents together.</summary>
    internal int In(int documents, int positions) => kind switch
    {
        Kind.Documents => documents,
        Kind.Positions => positions,
        _ => count,
    };

    public override string ToString() => kind == Kind.Fixed ? $"{count}" : $"{kind}".ToLowerInvariant();
}

/// <summary>The shape of a matrix, [rows, columns].</summary>
public readonly record struct Shape(Extent Rows, int Columns)
{
    /// <summary>The shape of a scalar, [1, 1].</summary>
    public static Shape Scalar { get; } = new(1, 1);

    public override string ToString() => $"[{Rows}, {Columns}]";
}

/// <summary>
/// Thrown if an expression is built from arguments whose shapes do not fit. This is an error of the program, not of its input.
/// </summary>
public sealed class ShapeException(string sentence) : Exception(sentence)
{
    /// <summary>The exception for an operation that does not fit the shapes of its arguments.</summary>
    public static ShapeException Of(string operation, IEnumerable<Shape> shapes) =>
        new($"{operation} does not fit {string.Join(" and ", shapes)}.");
}
