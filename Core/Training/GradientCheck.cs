using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Training;

/// <summary>How far a gradient is from what an oracle says, where it is farthest; and whether that is near enough everywhere.</summary>
public sealed record Deviation(double Absolute, double Relative, bool Holds)
{
    /// <summary>Nothing was asked yet.</summary>
    public static Deviation None { get; } = new(0, 0, true);

    /// <summary>With one more derivative, which may be off by so much.</summary>
    public Deviation And(double found, double expected, double bound)
    {
        var error = Math.Abs(found - expected);
        return new(Math.Max(Absolute, error), Math.Max(Relative, error == 0 ? 0 : error / Math.Abs(expected)), Holds && error <= bound);
    }
}

/// <summary>A matrix of parameters, and how far its gradient is from each oracle.</summary>
/// <param name="Shape">The matrix.</param>
/// <param name="Entries">How many of its entries were asked for one by one.</param>
/// <param name="ComplexStep">The deviation from the complex step.</param>
/// <param name="ForwardMode">From forward mode.</param>
/// <param name="FiniteDifferences">From finite differences.</param>
public sealed record MatrixCheck(
    ParameterShape Shape, int Entries, Deviation ComplexStep, Deviation ForwardMode, Deviation FiniteDifferences)
{
    /// <summary>Whether the gradient is right by all of them.</summary>
    public bool Holds => ComplexStep.Holds && ForwardMode.Holds && FiniteDifferences.Holds;
}

/// <summary>Holds the gradient of a loss against oracles, a matrix of parameters at a time.</summary>
public static class GradientCheck
{
    /// <summary>How many entries of a matrix are asked for one by one, if it has as many.</summary>
    public const int Sample = 8;

    /// <summary>
    /// For each matrix: entries drawn at random, one by one, and a random direction that moves all of its entries at once, so that
    /// none is left out.
    /// </summary>
    public static IEnumerable<MatrixCheck> Run(LossFunction loss, Parameters gradient, PythonRandom random)
    {
        var start = 0;
        var rounding = loss.Rounding().Gradient;
        foreach (var shape in gradient.Configuration.ParameterShapes)
        {
            var (order, afterOrder) = random.Shuffle([.. Enumerable.Range(start, shape.Count)]);
            (var weights, random) = afterOrder.Repeat(shape.Count, r => r.Gauss(0, 1));
            ImmutableArray<double> direction = [.. new double[start], .. weights, .. new double[loss.Point.Length - start - shape.Count]];
            yield return Run(shape, loss, gradient.Values, rounding, [.. order.Take(Sample).Select(i => loss.Axis(i)), direction]);
            start += shape.Count;
        }
    }

    // Ten digits of a derivative, or what rounding may have done to it. Finite differences know how far off they may be.
    private static MatrixCheck Run(
        ParameterShape shape, LossFunction loss, ImmutableArray<double> gradient, ImmutableArray<double> rounding,
        ImmutableArray<ImmutableArray<double>> directions)
    {
        var check = new MatrixCheck(shape, directions.Length - 1, Deviation.None, Deviation.None, Deviation.None);
        foreach (var v in directions)
        {
            var found = gradient.Zip(v, (g, x) => g * x).Sum();
            var bound = 1e-10 * Math.Abs(found) + 2 * rounding.Zip(v, (error, x) => error * Math.Abs(x)).Sum(); // on either side
            var difference = loss.ByFiniteDifferences(v);
            check = check with
            {
                ComplexStep = check.ComplexStep.And(found, loss.ByComplexStep(v), bound),
                ForwardMode = check.ForwardMode.And(found, loss.ByForwardMode(v), bound),
                FiniteDifferences = difference is var (derivative, error)
                    ? check.FiniteDifferences.And(found, derivative, error + bound)
                    : check.FiniteDifferences, // a kink lies too near to tell
            };
        }
        return check;
    }

    /// <summary>
    /// The relative error of a central difference against the complex step, along a random direction of all parameters, at steps of
    /// 10⁻¹ to 10⁻¹²: large steps err by the function's bend, small ones by rounding.
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
