using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroGpt.Autograd;
using MicroGpt.Randomness;

namespace MicroGpt.Model;

/// <summary>
/// A number for each parameter of a model. The numbers are stored matrix after matrix, in the order of the <see cref="ParameterTable"/>,
/// row by row.
/// </summary>
public abstract record ParameterValues(ParameterTable Table, ImmutableArray<double> Values)
{
    /// <summary>The numbers, one for each parameter. Any other count throws an <see cref="ArgumentException"/>.</summary>
    public ImmutableArray<double> Values { get; init => field = Checked(Table, value); } = Checked(Table, Values);

    /// <summary>The matrices of the numbers, in order. Each entry is converted by <paramref name="number"/>.</summary>
    public ImmutableArray<Matrix<T>> Matrices<T>(Func<double, T> number) => Table.Matrices<T>([.. Values.Select(number)]);

    public sealed override string ToString() => $"{Values.Length} numbers: {Printing.Brief(Values)}";

    /// <summary>A zero for each parameter.</summary>
    protected static ImmutableArray<double> Zeros(ParameterTable table) =>
        ImmutableCollectionsMarshal.AsImmutableArray(new double[table.ParameterCount]);

    private static ImmutableArray<double> Checked(ParameterTable table, ImmutableArray<double> values) =>
        values.Length == table.ParameterCount ? values : throw new ArgumentException($"{values.Length} numbers were given for {table}.");

    public virtual bool Equals(ParameterValues? other) => other is not null
        && EqualityContract == other.EqualityContract && Table == other.Table && Values.ContentEquals(other.Values);

    public override int GetHashCode() => HashCode.Combine(Table, Values.Length);
}

/// <summary>The parameters of a model.</summary>
public sealed record Parameters(ParameterTable Table, ImmutableArray<double> Values) : ParameterValues(Table, Values)
{
    /// <summary>Initial parameters, drawn one after another by the initializer of each matrix.</summary>
    public static (Parameters Value, PythonRandom Next) Draw(ParameterTable table, PythonRandom random)
    {
        var values = ImmutableArray.CreateBuilder<double>(table.ParameterCount);
        foreach (var definition in table.Definitions)
        {
            (var drawn, random) = definition.Initializer.Draw(definition.Count, random);
            values.AddRange(drawn);
        }
        return (new(table, values.MoveToImmutable()), random);
    }

    /// <summary>Parameters that are all 0.</summary>
    public static Parameters Zero(ParameterTable table) => new(table, Zeros(table));

    /// <summary>
    /// The entries of the matrices of a model, in order, as plain numbers. It is the inverse of <see cref="ParameterTable.Matrices"/>.
    /// </summary>
    public static ImmutableArray<double> Entries<T>(IEnumerable<Matrix<T>> matrices, Func<T, double> number) =>
        [.. matrices.SelectMany(matrix => matrix.Entries.Select(number))];
}

/// <summary>The gradient of a loss with respect to the parameters of a model.</summary>
public sealed record Gradient(ParameterTable Table, ImmutableArray<double> Values) : ParameterValues(Table, Values)
{
    /// <summary>A gradient that is 0 everywhere.</summary>
    public static Gradient Zero(ParameterTable table) => new(table, Zeros(table));
}
