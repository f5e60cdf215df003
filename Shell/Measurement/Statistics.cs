using System.Collections.Immutable;

namespace MicroGpt.Shell.Measurement;

/// <summary>Statistics of the entries of a matrix.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation: root mean square distance from the mean.</param>
/// <param name="Least">The minimum.</param>
/// <param name="Largest">The maximum.</param>
internal sealed record Statistics(double Mean, double Deviation, double Least, double Largest)
{
    /// <summary>The statistics of at least one number.</summary>
    public static Statistics Compute(ImmutableArray<double> numbers)
    {
        var mean = numbers.Average();
        return new(mean, Math.Sqrt(numbers.Average(x => (x - mean) * (x - mean))), numbers.Min(), numbers.Max());
    }
}
