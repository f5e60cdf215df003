using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroGpt.Autograd;
using MicroGpt.Randomness;

namespace MicroGpt.Model;

/// <summary>
/// A number for each parameter of a model. The numbers are stored matrix after matrix, in the order of
/// <see cref="Configuration.ParameterShapes"/>, row by row.
/// </summary>
public abstract record ParameterValues(Configuration Configuration, ImmutableArray<double> Values)
{
    /// <summary>The numbers, one for each parameter. Any other count throws an <see cref="ArgumentException"/>.</summary>
    public ImmutableArray<double> Values { get; init => field = Checked(Configuration, value); } = Checked(Configuration, Values);

    /// <summary>The matrices of the numbers, in order. Each entry is converted by <paramref name="number"/>.</summary>
    public ImmutableArray<Matrix<T>> Matrices<T>(Func<double, T> number) =>
        Parameters.Matrices<T>(Configuration, [.. Values.Select(number)]);

    public sealed override string ToString() => $"{Values.Length} numbers: {Printing.Brief(Values)}";

    /// <summary>A zero for each parameter.</summary>
    protected static ImmutableArray<double> Zeros(Configuration configuration) =>
        ImmutableCollectionsMarshal.AsImmutableArray(new double[configuration.ParameterCount]);

    private static ImmutableArray<double> Checked(Configuration configuration, ImmutableArray<double> values) =>
        values.Length == configuration.ParameterCount ? values : throw new ArgumentException(
            $"{values.Length} numbers were given for the {configuration.ParameterCount} parameters of {configuration}.");

    public virtual bool Equals(ParameterValues? other) => other is not null
        && EqualityContract == other.EqualityContract && Configuration == other.Configuration && Values.ContentEquals(other.Values);

    public override int GetHashCode() => HashCode.Combine(Configuration, Values.Length);
}

/// <summary>The parameters of a model.</summary>
public sealed record Parameters(Configuration Configuration, ImmutableArray<double> Values) : ParameterValues(Configuration, Values)
{
    /// <summary>Initial parameters, drawn one after another from gauss(0, 0.08).</summary>
    public static (Parameters Value, PythonRandom Next) Draw(Configuration configuration, PythonRandom random)
    {
        var (values, next) = random.Repeat(configuration.ParameterCount, r => r.Gauss(0, 0.08));
        return (new(configuration, values), next);
    }

    /// <summary>Parameters that are all 0.</summary>
    public static Parameters Zero(Configuration configuration) => new(configuration, Zeros(configuration));

    /// <summary>The matrices of a configuration, in order, with these numbers as entries.</summary>
    public static ImmutableArray<Matrix<T>> Matrices<T>(Configuration configuration, ImmutableArray<T> numbers)
    {
        var matrices = ImmutableArray.CreateBuilder<Matrix<T>>();
        var start = 0;
        foreach (var shape in configuration.ParameterShapes)
        {
            matrices.Add(new(shape.Rows, shape.Columns, numbers.Slice(start, shape.Count)));
            start += shape.Count;
        }
        return matrices.ToImmutable();
    }

    /// <summary>The entries of the matrices of a model, in order, as plain numbers. It is the inverse of <see cref="Matrices"/>.</summary>
    public static ImmutableArray<double> Entries<T>(IEnumerable<Matrix<T>> matrices, Func<T, double> number) =>
        [.. matrices.SelectMany(matrix => matrix.Entries.Select(number))];
}

/// <summary>The gradient of a loss with respect to the parameters of a model.</summary>
public sealed record Gradient(Configuration Configuration, ImmutableArray<double> Values) : ParameterValues(Configuration, Values)
{
    /// <summary>A gradient that is 0 everywhere.</summary>
    public static Gradient Zero(Configuration configuration) => new(configuration, Zeros(configuration));
}
