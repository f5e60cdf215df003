using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>The name of a column of indices, one index for each position. Two columns with the same name are different.</summary>
public class Indices(string name)
{
    private readonly string name = name;

    public sealed override string ToString() => name;
}

/// <summary>The inputs of an expression apart from its variables: the packing of the documents and the columns of indices.</summary>
public sealed class Inputs
{
    private readonly ImmutableDictionary<Indices, ImmutableArray<int>> columns;

    private Inputs(Packing packing, ImmutableDictionary<Indices, ImmutableArray<int>> columns) =>
        (Packing, this.columns) = (packing, columns);

    /// <summary>Inputs without documents and indices, for expressions of fixed shapes.</summary>
    public static Inputs None { get; } = Of(Packing.Of());

    /// <summary>The packing of the documents.</summary>
    public Packing Packing { get; }

    /// <summary>The inputs with this packing and no indices.</summary>
    public static Inputs Of(Packing packing) => new(packing, ImmutableDictionary<Indices, ImmutableArray<int>>.Empty);

    /// <summary>These inputs with one more column of indices, one index for each position.</summary>
    public Inputs With(Indices indices, ImmutableArray<int> column) => column.Length == Packing.Positions
        ? new(Packing, columns.SetItem(indices, column))
        : throw new ArgumentException($"{column.Length} {indices} were given for {Packing.Positions} positions.");

    /// <summary>The indices of a column.</summary>
    public ImmutableArray<int> this[Indices indices] =>
        columns.TryGetValue(indices, out var column) ? column : throw new KeyNotFoundException($"No {indices} were given.");

    public override string ToString() => string.Join("; ", columns
        .Select(column => $"{column.Key} {Printing.Brief(column.Value)}").Order(StringComparer.Ordinal).Prepend($"{Packing}"));
}
