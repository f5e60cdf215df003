using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Randomness;

namespace MicroGpt.Model;

/// <summary>The kinds of matrices of parameters. Weight decay tells them apart.</summary>
public enum ParameterKind
{
    /// <summary>A weight matrix, [out, in].</summary>
    Weight,

    /// <summary>An embedding: a table with a row for each token or position.</summary>
    Embedding,

    /// <summary>A vector, [1, columns], such as a bias or a gain.</summary>
    Vector,
}

/// <summary>The rule that gives the entries of a matrix their first values.</summary>
public abstract record Initializer
{
    private Initializer()
    {
    }

    /// <summary>Entries drawn one after another from gauss(0, <paramref name="deviation"/>).</summary>
    public static Initializer Normal(double deviation) => new Drawn(deviation);

    /// <summary>Entries that are all the same number. Nothing is drawn.</summary>
    public static Initializer Constant(double value) => new Filled(value);

    /// <summary>The first values of <paramref name="count"/> entries, and the generator after the last draw.</summary>
    public abstract (ImmutableArray<double> Values, PythonRandom Next) Draw(int count, PythonRandom random);

    private sealed record Drawn(double Deviation) : Initializer
    {
        public override (ImmutableArray<double> Values, PythonRandom Next) Draw(int count, PythonRandom random) =>
            random.Repeat(count, r => r.Gauss(0, Deviation));
    }

    private sealed record Filled(double Value) : Initializer
    {
        public override (ImmutableArray<double> Values, PythonRandom Next) Draw(int count, PythonRandom random) =>
            ([.. Enumerable.Repeat(Value, count)], random);
    }
}

/// <summary>The definition of a matrix of parameters.</summary>
/// <param name="Name">The name, as in files and in print.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Kind">The kind of the matrix.</param>
/// <param name="Initializer">The rule of its first values.</param>
public sealed record ParameterDefinition(string Name, int Rows, int Columns, ParameterKind Kind, Initializer Initializer)
{
    /// <summary>The standard deviation of the first values of weights and embeddings in the Python original.</summary>
    public const double Deviation = 0.08;

    /// <summary>The number of entries of the matrix: rows times columns.</summary>
    public int Count => Rows * Columns;

    /// <summary>A weight matrix, [out, in], drawn from gauss(0, <paramref name="deviation"/>).</summary>
    public static ParameterDefinition Weight(string name, int rows, int columns, double deviation = Deviation) =>
        new(name, rows, columns, ParameterKind.Weight, Initializer.Normal(deviation));

    /// <summary>An embedding of <paramref name="rows"/> tokens or positions, drawn from gauss(0, <paramref name="deviation"/>).</summary>
    public static ParameterDefinition Embedding(string name, int rows, int columns, double deviation = Deviation) =>
        new(name, rows, columns, ParameterKind.Embedding, Initializer.Normal(deviation));

    /// <summary>A vector, [1, columns], whose entries are all <paramref name="value"/> at first: 0 for a bias, 1 for a gain.</summary>
    public static ParameterDefinition Vector(string name, int columns, double value) =>
        new(name, 1, columns, ParameterKind.Vector, Initializer.Constant(value));

    public override string ToString() => $"{Name} [{Rows}, {Columns}]";
}

/// <summary>The table of a model's parameters: the definitions of its matrices, in the order in which they are drawn and stored.</summary>
public sealed record ParameterTable(ImmutableArray<ParameterDefinition> Definitions)
{
    /// <summary>The number of parameters: the entries of all matrices.</summary>
    public int ParameterCount => Definitions.Sum(definition => definition.Count);

    /// <summary>The name of a parameter, such as wte[0, 3]: its matrix, row and column. The first parameter is number 0.</summary>
    public string NameOf(int parameter)
    {
        foreach (var definition in Definitions)
        {
            if (parameter < definition.Count)
                return $"{definition.Name}[{parameter / definition.Columns}, {parameter % definition.Columns}]";
            parameter -= definition.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(parameter));
    }

    /// <summary>The matrices, in order, with these numbers as entries.</summary>
    public ImmutableArray<Matrix<T>> Matrices<T>(ImmutableArray<T> numbers)
    {
        var matrices = ImmutableArray.CreateBuilder<Matrix<T>>(Definitions.Length);
        var start = 0;
        foreach (var definition in Definitions)
        {
            matrices.Add(new(definition.Rows, definition.Columns, numbers.Slice(start, definition.Count)));
            start += definition.Count;
        }
        return matrices.MoveToImmutable();
    }

    public override string ToString() => $"{ParameterCount} parameters: {Printing.Brief(Definitions)}";

    public bool Equals(ParameterTable? other) => other is not null && Definitions.ContentEquals(other.Definitions);

    public override int GetHashCode() => Definitions.Length;
}

/// <summary>A variable that training changes: a matrix of parameters in a model's expressions.</summary>
public sealed class Parameter(ParameterDefinition definition) : Variable(definition.Name, new(definition.Rows, definition.Columns))
{
    /// <summary>Name, size, kind and first values.</summary>
    public ParameterDefinition Definition { get; } = definition;

    /// <summary>A weight matrix, [out, in]. See <see cref="ParameterDefinition.Weight"/>.</summary>
    public static Parameter Weight(string name, int rows, int columns, double deviation = ParameterDefinition.Deviation) =>
        new(ParameterDefinition.Weight(name, rows, columns, deviation));

    /// <summary>An embedding of tokens or positions. See <see cref="ParameterDefinition.Embedding"/>.</summary>
    public static Parameter Embedding(string name, int rows, int columns, double deviation = ParameterDefinition.Deviation) =>
        new(ParameterDefinition.Embedding(name, rows, columns, deviation));

    /// <summary>A vector, [1, columns]. See <see cref="ParameterDefinition.Vector"/>.</summary>
    public static Parameter Vector(string name, int columns, double value) => new(ParameterDefinition.Vector(name, columns, value));
}
