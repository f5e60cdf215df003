using System.Collections.Immutable;

namespace MicroGpt.Training;

/// <summary>The run that the Python original's author published: its default configuration, 1,000 steps of one name each.</summary>
public static class OriginalRun
{
    /// <summary>The SHA-256 of its 32,033 names.</summary>
    public const string DataSha256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d";

    /// <summary>The <see cref="RunningMean"/> of its losses after some steps, in nats. The first step is 1.</summary>
    public static ImmutableArray<(int Step, double Loss)> Losses { get; } =
    [
        (1, 3.366), (10, 3.19), (25, 3.004), (50, 2.796), (100, 2.717), (150, 2.597), (200, 2.54), (250, 2.517), (300, 2.464),
        (350, 2.459), (400, 2.462), (450, 2.468), (500, 2.462), (550, 2.418), (600, 2.426), (650, 2.414), (700, 2.421),
        (750, 2.462), (800, 2.359), (850, 2.333), (900, 2.348), (950, 2.257), (1000, 2.295),
    ];
}
