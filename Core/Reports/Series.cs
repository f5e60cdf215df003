using System.Collections.Immutable;
using MicroGpt.Training;

namespace MicroGpt.Reports;

/// <summary>A named quantity, and its values at some steps of training.</summary>
public sealed record Series(string Name, ImmutableArray<(double Step, double Value)> Points)
{
    /// <summary>At each step of the series, the running mean of the values up to this step. Later values weigh more.</summary>
    public Series Smooth()
    {
        var means = Points.Scan(new RunningMean(), (mean, point) => mean.With(point.Value)).Skip(1); // skips the mean of no points
        return this with { Points = [.. Points.Zip(means, (point, mean) => (point.Step, mean.Value))] };
    }

    /// <summary>
    /// Splits the series into at most <paramref name="most"/> chunks of successive points. Returns the last step of each chunk, and the
    /// smallest, largest and last value in the chunk.
    /// </summary>
    public ImmutableArray<(double Step, double Least, double Largest, double Last)> Downsample(int most) =>
    [
        .. Points.Chunk(Math.Max(1, (Points.Length + most - 1) / most)).Select(chunk =>
            (chunk[^1].Step, chunk.Min(point => point.Value), chunk.Max(point => point.Value), chunk[^1].Value)),
    ];

    public bool Equals(Series? other) => other is not null && Name == other.Name && Points.ContentEquals(other.Points);

    public override int GetHashCode() => HashCode.Combine(Name, Points.Length);
}
