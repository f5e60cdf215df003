using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MicroGpt.Autograd;

/// <summary>An immutable matrix of numbers of any kind. The entries are stored row by row.</summary>
public sealed class Matrix<T>
{
    /// <summary>The matrix [rows, columns] of these entries, row by row. Throws if there are not rows·columns entries.</summary>
    public Matrix(int rows, int columns, ImmutableArray<T> entries)
    {
        if (entries.Length != rows * columns)
            throw new ArgumentException($"{entries.Length} entries do not make a matrix [{rows}, {columns}].");
        (Rows, Columns, Entries) = (rows, columns, entries);
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>All entries, row by row.</summary>
    public ImmutableArray<T> Entries { get; }

    /// <summary>The entry in row i, column j.</summary>
    public T this[int i, int j] => Entries[i * Columns + j];

    /// <summary>The matrix whose entry at (i, j) is <paramref name="entry"/>(i, j), computed row by row.</summary>
    public static Matrix<T> Of(int rows, int columns, Func<int, int, T> entry)
    {
        var entries = Allocate(rows, columns);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                entries[i * columns + j] = entry(i, j);
        return new(rows, columns, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>The matrix whose entries are all the same.</summary>
    public static Matrix<T> Filled(int rows, int columns, T entry)
    {
        var entries = Allocate(rows, columns);
        Array.Fill(entries, entry);
        return new(rows, columns, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>The matrix that results from applying <paramref name="function"/> to each entry of this matrix.</summary>
    public Matrix<R> Map<R>(Func<T, R> function)
    {
        var entries = new R[Entries.Length];
        for (var i = 0; i < entries.Length; i++) entries[i] = function(Entries[i]);
        return new(Rows, Columns, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>The matrix of <paramref name="function"/>(x, y) for each entry x of this matrix and y of another of its size.</summary>
    public Matrix<R> Zip<U, R>(Matrix<U> other, Func<T, U, R> function)
    {
        var entries = new R[Entries.Length];
        for (var i = 0; i < entries.Length; i++) entries[i] = function(Entries[i], other.Entries[i]);
        return new(Rows, Columns, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    private static T[] Allocate(int rows, int columns) => (long)rows * columns <= Array.MaxLength
        ? new T[rows * columns]
        : throw new InsufficientMemoryException($"An array cannot hold a matrix [{rows}, {columns}].");

    public override string ToString() => $"[{Rows}, {Columns}]: {Printing.Brief(Entries)}";
}
