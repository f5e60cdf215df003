using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroGpt.Autograd;
using MicroGpt.Randomness;

namespace MicroGpt.Model;

/// <summary>
/// A number for each parameter of a model: the parameters themselves, their gradient, or one of Adam's moments. They are stored
/// matrix after matrix, in the order of <see cref="Configuration.ParameterShapes"/>, row by row.
/// </summary>
public sealed record Parameters(Configuration Configuration, ImmutableArray<double> Values)
{
    /// <summary>The numbers, one for each parameter. Any other count throws an <see cref="ArgumentException"/>.</summary>
    public ImmutableArray<double> Values { get; init => field = Checked(Configuration, value); } = Checked(Configuration, Values);

    /// <summary>Initial parameters, drawn one after another from gauss(0, 0.08).</summary>
    public static (Parameters Value, PythonRandom Next) Draw(Configuration configuration, PythonRandom random)
    {
        var (values, next) = random.Repeat(configuration.ParameterCount, r => r.Gauss(0, 0.08));
        return (new(configuration, values), next);
    }

    /// <summary>A zero for each parameter.</summary>
    public static Parameters Zero(Configuration configuration) =>
        new(configuration, ImmutableCollectionsMarshal.AsImmutableArray(new double[configuration.ParameterCount]));

    /// <summary>The matrices of the parameters, in order. Each entry is converted by <paramref name="number"/>.</summary>
    public ImmutableArray<Matrix<T>> Matrices<T>(Func<double, T> number) => Matrices<T>(Configuration, [.. Values.Select(number)]);

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

    /// <summary>Parameters of the same configuration, whose values are the entries of other matrices in the same order.</summary>
    public Parameters With<T>(IEnumerable<Matrix<T>> matrices, Func<T, double> number) =>
        this with { Values = [.. matrices.SelectMany(matrix => matrix.Entries.Select(number))] };

    public override string ToString() => $"{Values.Length} numbers: {Printing.Brief(Values)}";

    private static ImmutableArray<double> Checked(Configuration configuration, ImmutableArray<double> values) =>
        values.Length == configuration.ParameterCount ? values : throw new ArgumentException(
            $"{values.Length} numbers were given for the {configuration.ParameterCount} parameters of {configuration}.");

    public bool Equals(Parameters? other) =>
        other is not null && Configuration == other.Configuration && Values.ContentEquals(other.Values);

    public override int GetHashCode() => HashCode.Combine(Configuration, Values.Length);
}
