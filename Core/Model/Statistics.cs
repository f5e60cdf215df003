using System.Collections.Immutable;

namespace MicroGpt.Model;

/// <summary>What the numbers of a matrix are like.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">How far they are from it, root mean square.</param>
/// <param name="Least">The least of them.</param>
/// <param name="Largest">The largest of them.</param>
public sealed record Statistics(double Mean, double Deviation, double Least, double Largest)
{
    /// <summary>Of at least one number.</summary>
    public static Statistics Compute(ImmutableArray<double> numbers)
    {
        var mean = numbers.Average();
        return new(mean, Math.Sqrt(numbers.Average(x => (x - mean) * (x - mean))), numbers.Min(), numbers.Max());
    }
}
