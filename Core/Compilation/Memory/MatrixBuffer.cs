using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

// Kernels compute with vectors of 64 bytes, and matrix products with register tiles of up to 8 rows. The rows of a matrix are therefore
// padded to whole vectors, and after the last row there is room for the rest of a tile. Kernels may read and write the padding, so they
// need no code for remainders. The elements of the padding are arbitrary, and no result depends on them.

/// <summary>
/// A matrix in memory, padded. Row i starts at index <see cref="Offset"/> + i·<see cref="Stride"/> of <see cref="Data"/>.
/// </summary>
[Workspace]
internal readonly struct MatrixBuffer<T>(T[] data, int offset, int stride) where T : unmanaged, INumber<T>
{
    /// <summary>The largest number of rows in a register tile.</summary>
    public const int TileRows = 8;

    /// <summary>The pinned array that holds the elements. Several matrices may share it.</summary>
    public T[] Data { get; } = data;

    /// <summary>The index of the first element.</summary>
    public int Offset { get; } = offset;

    /// <summary>The number of elements from the start of a row to the start of the next row.</summary>
    public int Stride { get; } = stride;

    /// <summary>
    /// The stride of rows with <paramref name="columns"/> columns: a whole number of vectors. From 8 vectors on, the number of vectors is
    /// odd, because rows at a distance of a power of two would share the same few cache sets.
    /// </summary>
    public static int StrideFor(int columns)
    {
        var vectors = (columns + Vector512<T>.Count - 1) / Vector512<T>.Count;
        return (vectors < 8 ? vectors : vectors | 1) * Vector512<T>.Count;
    }

    /// <summary>The number of elements that a matrix occupies, padding included.</summary>
    public static long ElementCount(int rows, int columns) => (rows + TileRows - 1L) * StrideFor(columns) + Vector512<T>.Count;

    /// <summary>Allocates a matrix of zeros in a new array.</summary>
    /// <exception cref="InsufficientMemoryException">The matrix has more elements than an array can hold.</exception>
    public static MatrixBuffer<T> Allocate(int rows, int columns) => AllocateElements(ElementCount(rows, columns), columns);

    /// <summary>
    /// Allocates <paramref name="size"/> zeros in a pinned array. The first element is aligned to a cache line, because a vector across two
    /// cache lines costs two loads.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The matrix has more elements than an array can hold.</exception>
    public static MatrixBuffer<T> AllocateElements(long size, int columns)
    {
        if (size > Array.MaxLength - Vector512<T>.Count) throw new InsufficientMemoryException($"An array cannot hold {size} numbers.");
        var data = GC.AllocateArray<T>((int)size + Vector512<T>.Count, pinned: true);
        var line = Vector512<byte>.Count;
        var misalignment = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(data, 0) % line);
        return new(data, (line - misalignment) % line / Unsafe.SizeOf<T>(), StrideFor(columns));
    }

    /// <summary>
    /// The memory address of the first element. The address may be past the end of the array, because only prefetches use it, and they
    /// accept any address.
    /// </summary>
    public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(Data, Offset);

    /// <summary>The first element.</summary>
    public ref T Start => ref Data[Offset];

    /// <summary>The element in row i, column j.</summary>
    public ref T At(int i, int j = 0) => ref Data[Offset + i * Stride + j];

    /// <summary>True if another matrix starts at the same element.</summary>
    public bool IsAt(MatrixBuffer<T> other) => ReferenceEquals(Data, other.Data) && Offset == other.Offset;

    /// <summary>The submatrix from row i, column j on. It shares the elements of this matrix.</summary>
    public MatrixBuffer<T> From(int i, int j = 0) => new(Data, Offset + i * Stride + j, Stride);

    /// <summary>Loads a number into a matrix [1, 1]. The padding after the entry holds the error of its rounding to T.</summary>
    public void LoadScalar(double number)
    {
        At(0) = T.CreateTruncating(number);
        At(0, 1) = T.IsFinite(At(0)) ? T.CreateTruncating(number - double.CreateTruncating(At(0))) : T.Zero;
    }

    /// <summary>The number that <see cref="LoadScalar"/> has loaded, to at least 48 binary digits.</summary>
    public double Scalar => double.CreateTruncating(At(0)) + double.CreateTruncating(At(0, 1));

    /// <summary>Copies row-major entries, rounded to T, into the rows from <paramref name="firstRow"/> on.</summary>
    public void Load(int columns, ReadOnlySpan<double> entries, int firstRow = 0)
    {
        for (var i = firstRow; entries.Length > 0; i++, entries = entries[columns..])
        {
            ref var row = ref At(i);
            for (var j = 0; j < columns; j++) Unsafe.Add(ref row, j) = T.CreateTruncating(entries[j]);
        }
    }

    /// <summary>Copies the first <paramref name="rows"/> rows into <paramref name="entries"/>, row-major, without padding.</summary>
    public void Store(int rows, int columns, Span<double> entries)
    {
        for (var i = 0; i < rows; i++, entries = entries[columns..])
        {
            ref var row = ref At(i);
            for (var j = 0; j < columns; j++) entries[j] = double.CreateTruncating(Unsafe.Add(ref row, j));
        }
    }

    /// <summary>Copies the first row, without padding: a vector at a time.</summary>
    public void StoreRow(Span<double> entries)
    {
        var j = 0;
        ref var row = ref Start;
        if (typeof(T) == typeof(float))
        {
            for (; j + Vector512<double>.Count <= entries.Length; j += Vector512<double>.Count)
                Vector512.WidenLower(Vector512.LoadUnsafe(ref Unsafe.As<T, float>(ref row), (nuint)j)).StoreUnsafe(ref entries[j]);
        }
        for (; j < entries.Length; j++) entries[j] = double.CreateTruncating(Unsafe.Add(ref row, j));
    }

    /// <summary>Copies the first <paramref name="rows"/> rows into a new matrix of plain numbers.</summary>
    public Matrix<Real> ToMatrix(int rows, int columns)
    {
        var entries = new Real[rows * columns];
        Store(rows, columns, MemoryMarshal.Cast<Real, double>(entries.AsSpan()));
        return new(rows, columns, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>The first <paramref name="count"/> rows, padding included.</summary>
    public Span<T> Rows(int count) => Data.AsSpan(Offset, count * Stride);

    /// <summary>Row i, padding included.</summary>
    public Span<T> Row(int i) => Data.AsSpan(Offset + i * Stride, Stride);
}
