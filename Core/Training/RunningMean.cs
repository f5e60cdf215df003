namespace MicroGpt.Training;

/// <summary>An exponential moving average over about the last 50 losses. It smooths the noise of single documents.</summary>
public readonly record struct RunningMean(double Sum, double Weight)
{
    private const double Decay = 0.98;

    /// <summary>The mean; NaN before the first loss.</summary>
    public double Value => Sum / Weight;

    /// <summary>The mean after one more loss.</summary>
    public RunningMean With(double loss) => new(Decay * Sum + loss, Decay * Weight + 1);
}
