namespace MicroGpt.Training;

/// <summary>The mean of losses as they come, where the last fifty or so count: that of a single document jumps.</summary>
public readonly record struct RunningMean(double Sum, double Weight)
{
    private const double Decay = 0.98;

    /// <summary>The mean; not a number before the first loss.</summary>
    public double Value => Sum / Weight;

    /// <summary>With one more loss.</summary>
    public RunningMean With(double loss) => new(Decay * Sum + loss, Decay * Weight + 1);
}
