using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>A column of integers that an expression looks things up by, one for each position; told apart by reference.</summary>
public sealed class Indices(string name)
{
    private readonly string name = name;

    public override string ToString() => name;
}

/// <summary>What an expression is evaluated on beside its variables: how the documents are packed, and the columns of indices.</summary>
public sealed class Inputs
{
    private readonly ImmutableDictionary<Indices, ImmutableArray<int>> columns;

    private Inputs(Packing packing, ImmutableDictionary<Indices, ImmutableArray<int>> columns) =>
        (Packing, this.columns) = (packing, columns);

    /// <summary>No documents and no indices: all that an expression of fixed shapes asks for.</summary>
    public static Inputs None { get; } = Of(Packing.Of());

    /// <summary>How the documents are packed.</summary>
    public Packing Packing { get; }

    /// <summary>Documents so packed, with no indices yet.</summary>
    public static Inputs Of(Packing packing) => new(packing, ImmutableDictionary<Indices, ImmutableArray<int>>.Empty);

    /// <summary>The same with a column of indices, one for each position.</summary>
    public Inputs With(Indices indices, ImmutableArray<int> column) => column.Length == Packing.Positions
        ? new(Packing, columns.SetItem(indices, column))
        : throw new ArgumentException($"{column.Length} {indices} were given for {Packing.Positions} positions.");

    /// <summary>The integers of a column.</summary>
    public ImmutableArray<int> this[Indices indices] =>
        columns.TryGetValue(indices, out var column) ? column : throw new KeyNotFoundException($"No {indices} were given.");

    public override string ToString() => string.Join("; ", columns
        .Select(column => $"{column.Key} {Printing.Brief(column.Value)}").Order(StringComparer.Ordinal).Prepend($"{Packing}"));
}
