using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

// Everything else is efficiency. A program works on numbers as the processor holds them, several in a register, and on matrices
// as registers like them: every row padded to whole registers, and under the last row room for a whole tile of rows. Kernels run
// over the edge into the padding, which means nothing and is never looked at.

/// <summary>Where the numbers of a matrix lie while a program runs: row i from <see cref="Offset"/> + i·<see cref="Stride"/> on.</summary>
[Workspace]
public readonly struct MatrixBuffer<T>(T[] data, int offset, int stride) where T : unmanaged, INumber<T>
{
    /// <summary>How many rows a tile has at most.</summary>
    public const int TileRows = 8;

    /// <summary>The array they lie in, perhaps beside others'.</summary>
    public T[] Data { get; } = data;

    /// <summary>Where the first row starts.</summary>
    public int Offset { get; } = offset;

    /// <summary>How far apart rows start.</summary>
    public int Stride { get; } = stride;

    /// <summary>
    /// How far apart rows of so many columns start: a whole number of registers, and where there are many an odd one, since rows a
    /// power of two apart would crowd a few lines of the cache.
    /// </summary>
    public static int StrideFor(int columns)
    {
        var registers = (columns + Vector512<T>.Count - 1) / Vector512<T>.Count;
        return (registers < 8 ? registers : registers | 1) * Vector512<T>.Count;
    }

    /// <summary>How many numbers a matrix takes with its padding.</summary>
    public static long ElementCount(int rows, int columns) => (rows + TileRows - 1L) * StrideFor(columns) + Vector512<T>.Count;

    /// <summary>A matrix of zeros in an array of its own.</summary>
    public static MatrixBuffer<T> Allocate(int rows, int columns) => AllocateElements(ElementCount(rows, columns), columns);

    /// <summary>
    /// So many zeros in an array of their own, the first of them where a line of the cache begins: a register that lies across two
    /// lines costs two loads. The array stays where it is.
    /// </summary>
    public static MatrixBuffer<T> AllocateElements(long size, int columns)
    {
        if (size > Array.MaxLength - Vector512<T>.Count) throw new InsufficientMemoryException($"An array cannot hold {size} numbers.");
        var data = GC.AllocateArray<T>((int)size + Vector512<T>.Count, pinned: true);
        var (line, before) = (Vector512<byte>.Count, (int)(Marshal.UnsafeAddrOfPinnedArrayElement(data, 0) % Vector512<byte>.Count));
        return new(data, (line - before) % line / Unsafe.SizeOf<T>(), StrideFor(columns));
    }

    /// <summary>Where in memory the first number lies, or would lie if the array went on.</summary>
    public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(Data, Offset);

    /// <summary>The first number.</summary>
    public ref T Start => ref Data[Offset];

    /// <summary>The number in row i, column j.</summary>
    public ref T At(int i, int j = 0) => ref Data[Offset + i * Stride + j];

    /// <summary>What lies from row i, column j on.</summary>
    public MatrixBuffer<T> From(int i, int j = 0) => new(Data, Offset + i * Stride + j, Stride);

    /// <summary>Takes over numbers, row by row from some row on, rounded to T.</summary>
    public void Load(int columns, ReadOnlySpan<double> entries, int firstRow = 0)
    {
        for (var i = firstRow; entries.Length > 0; i++, entries = entries[columns..])
        {
            ref var row = ref At(i);
            for (var j = 0; j < columns; j++) Unsafe.Add(ref row, j) = T.CreateTruncating(entries[j]);
        }
    }

    /// <summary>The numbers of so many rows, row by row.</summary>
    public void Store(int rows, int columns, Span<double> entries)
    {
        for (var i = 0; i < rows; i++, entries = entries[columns..])
        {
            ref var row = ref At(i);
            for (var j = 0; j < columns; j++) entries[j] = double.CreateTruncating(Unsafe.Add(ref row, j));
        }
    }

    /// <summary>The first rows as a matrix of plain numbers.</summary>
    public Matrix<Real> ToMatrix(int rows, int columns)
    {
        var entries = new Real[rows * columns];
        Store(rows, columns, MemoryMarshal.Cast<Real, double>(entries.AsSpan()));
        return new(rows, columns, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>The first rows, padding and all.</summary>
    public Span<T> Rows(int count) => Data.AsSpan(Offset, count * Stride);

    /// <summary>Row i, padding and all.</summary>
    public Span<T> Row(int i) => Data.AsSpan(Offset + i * Stride, Stride);
}
