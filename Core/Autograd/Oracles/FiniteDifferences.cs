using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>A derivative by finite differences, and an estimated bound on its error.</summary>
public readonly record struct Estimate(double Derivative, double Error);

/// <summary>
/// Central differences, extrapolated to a step of zero (Richardson, 1911; Ridders, 1982). Each step is half of the step before. Large
/// steps have a truncation error, and small steps have a rounding error. The result is the extrapolation whose estimated error is
/// smallest. The estimated error is a sum of two terms. One is the larger of the differences from two earlier extrapolations. The other
/// is the rounding error of the values of f, divided by the step.
/// </summary>
public static class FiniteDifferences
{
    private const int Steps = 40, Order = 8;

    /// <summary>The central difference with step h: (f(x + hv) - f(x - hv)) / 2h, where v is the direction.</summary>
    public static double ByCentralDifference(this IDifferentiable f, ImmutableArray<double> direction, double h) =>
        (f.Along(direction, (x, v) => new Real(x + h * v)).Plain - f.Along(direction, (x, v) => new Real(x - h * v)).Plain) / (2 * h);

    /// <summary>
    /// The best estimate along a direction; null if f is not finite at the point, or if a kink or the end of the domain is too near.
    /// </summary>
    public static Estimate? ByFiniteDifferences(this IDifferentiable f, ImmutableArray<double> direction)
    {
        var here = f.Moved(direction, 0);
        if (!double.IsFinite(here.Plain)) return null;
        var noise = f.Along(direction, (x, v) => v == 0 ? RunningError.Constant(x) : RunningError.Once(x)).Error;
        var (best, previous) = (default(Estimate?), ImmutableArray<double>.Empty);
        for (var (n, h) = (0, f.LargestStep(direction)); n < Steps; n++, h /= 2)
        {
            if (noise / h >= best?.Error) break; // The rounding error alone is already too large, and it grows as the step shrinks.
            var (above, below) = (f.Moved(direction, h), f.Moved(direction, -h));
            var difference = (above.Plain - below.Plain) / (2 * h);
            if (above.Branches != here.Branches || below.Branches != here.Branches || !double.IsFinite(difference)) continue;
            var row = Extrapolated(difference, previous);
            for (var k = 1; k < row.Length; k++)
            {
                var error = Math.Max(Math.Abs(row[k] - row[k - 1]), Math.Abs(row[k] - previous[k - 1])) + noise / h;
                if (best is null || error < best.Value.Error) best = new(row[k], error);
            }
            previous = row;
        }
        return best;
    }

    // The error of a central difference is a series in h². Each entry of the row removes one more term of this series.
    private static ImmutableArray<double> Extrapolated(double difference, ImmutableArray<double> previous)
    {
        var row = ImmutableArray.CreateBuilder<double>();
        row.Add(difference);
        for (var k = 0; k < Math.Min(previous.Length, Order); k++) row.Add(row[k] + (row[k] - previous[k]) / (Math.Pow(4, k + 1) - 1));
        return row.ToImmutable();
    }

    private static BranchTrace Moved(this IDifferentiable f, ImmutableArray<double> direction, double h) =>
        f.Along(direction, (x, v) => BranchTrace.Constant(x + h * v));
}
