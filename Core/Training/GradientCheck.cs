using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Training;

/// <summary>The deviation of derivatives from the derivatives of an oracle.</summary>
/// <param name="Absolute">The largest absolute error.</param>
/// <param name="Relative">The largest relative error.</param>
/// <param name="Holds">True if the absolute error of each derivative is within the bound for this derivative.</param>
public sealed record Deviation(double Absolute, double Relative, bool Holds)
{
    /// <summary>The deviation before any derivative is compared.</summary>
    public static Deviation None { get; } = new(0, 0, true);

    /// <summary>This deviation, extended by one more derivative. A larger error than <paramref name="bound"/> fails the check.</summary>
    public Deviation And(double found, double expected, double bound)
    {
        var error = Math.Abs(found - expected);
        return new(Math.Max(Absolute, error), Math.Max(Relative, error == 0 ? 0 : error / Math.Abs(expected)), Holds && error <= bound);
    }
}

/// <summary>The check of a matrix of parameters: the deviation of its gradient from each oracle.</summary>
/// <param name="Definition">The name and size of the matrix.</param>
/// <param name="Entries">The number of entries that were checked one by one.</param>
/// <param name="ComplexStep">The deviation from the complex step.</param>
/// <param name="ForwardMode">The deviation from forward mode.</param>
/// <param name="FiniteDifferences">The deviation from finite differences.</param>
public sealed record MatrixCheck(
    ParameterDefinition Definition, int Entries, Deviation ComplexStep, Deviation ForwardMode, Deviation FiniteDifferences)
{
    /// <summary>True if the gradient agrees with all oracles.</summary>
    public bool Holds => ComplexStep.Holds && ForwardMode.Holds && FiniteDifferences.Holds;
}

/// <summary>Compares the gradient of a loss with oracles, one matrix of parameters at a time.</summary>
public static class GradientCheck
{
    /// <summary>The largest number of entries of a matrix that are checked one by one.</summary>
    public const int Sample = 8;

    /// <summary>
    /// Checks each matrix: some random entries one by one, and the derivative along a random direction, which involves all
    /// entries.
    /// </summary>
    public static IEnumerable<MatrixCheck> Run(LossFunction loss, Gradient gradient, PythonRandom random)
    {
        var start = 0;
        var rounding = loss.Rounding().Gradient;
        foreach (var definition in gradient.Table.Definitions)
        {
            var (order, afterOrder) = random.Shuffle([.. Enumerable.Range(start, definition.Count)]);
            (var weights, random) = afterOrder.Repeat(definition.Count, r => r.Gauss(0, 1));
            var end = start + definition.Count;
            ImmutableArray<double> direction = [.. new double[start], .. weights, .. new double[loss.Point.Length - end]];
            yield return Run(definition, loss, gradient.Values, rounding, [.. order.Take(Sample).Select(i => loss.Axis(i)), direction]);
            start = end;
        }
    }

    // A derivative may differ from the oracle's by 10⁻¹⁰ of its size, plus twice its bound of rounding errors: once for the gradient,
    // once for the oracle. For finite differences, their own error bound is added.
    private static MatrixCheck Run(
        ParameterDefinition definition, LossFunction loss, ImmutableArray<double> gradient, ImmutableArray<double> rounding,
        ImmutableArray<ImmutableArray<double>> directions)
    {
        var check = new MatrixCheck(definition, directions.Length - 1, Deviation.None, Deviation.None, Deviation.None);
        foreach (var v in directions)
        {
            var found = gradient.Zip(v, (g, x) => g * x).Sum();
            var bound = 1e-10 * Math.Abs(found) + 2 * rounding.Zip(v, (error, x) => error * Math.Abs(x)).Sum();
            var difference = loss.ByFiniteDifferences(v);
            check = check with
            {
                ComplexStep = check.ComplexStep.And(found, loss.ByComplexStep(v), bound),
                ForwardMode = check.ForwardMode.And(found, loss.ByForwardMode(v), bound),
                FiniteDifferences = difference is var (derivative, error)
                    ? check.FiniteDifferences.And(found, derivative, error + bound)
                    : check.FiniteDifferences, // Finite differences give no estimate here: a kink is too near.
            };
        }
        return check;
    }

    /// <summary>
    /// The relative error of central differences with steps of 10⁻¹ to 10⁻¹², along a random direction of all parameters. The complex
    /// step gives the exact derivative. Large steps err by truncation, small ones by rounding.
    /// </summary>
    public static ImmutableArray<(double Step, double Error)> StepSizes(LossFunction loss, PythonRandom random)
    {
        var direction = random.Repeat(loss.Point.Length, r => r.Gauss(0, 1)).Value;
        var derivative = loss.ByComplexStep(direction);
        return [.. from exponent in Enumerable.Range(1, 12)
                   let step = Math.Pow(10, -exponent)
                   select (step, Math.Abs(loss.ByCentralDifference(direction, step) / derivative - 1))];
    }
}
