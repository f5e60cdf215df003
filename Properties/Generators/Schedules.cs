using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Schedules of training.</summary>
public static class Schedules
{
    private const int MostSteps = 100;

    /// <summary>One to a hundred steps, in each shape, one in two with a warmup.</summary>
    public static Arbitrary<TrainingSchedule> Any { get; } = Arb.From(
        from steps in Gen.Choose(1, MostSteps)
        from rate in Reals.Positive(1e-6, 1e3)
        from shape in Gen.Elements(Enum.GetValues<RateShape>())
        from warmup in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, steps - 1))
        select Of(steps, rate, shape, warmup),
        Simpler);

    private static IEnumerable<TrainingSchedule> Simpler(TrainingSchedule schedule)
    {
        var (steps, rate, shape, warmup) = (schedule.Steps, schedule.LearningRate, schedule.Shape, schedule.Warmup);
        if (rate != 1) yield return Of(steps, 1, shape, warmup);
        if (warmup > 0) yield return Of(steps, rate, shape, warmup / 2);
        if (steps > warmup + 1) yield return Of(steps - 1, rate, shape, warmup);
        if (steps / 2 > warmup) yield return Of(steps / 2, rate, shape, warmup);
    }

    private static TrainingSchedule Of(int steps, double rate, RateShape shape, int warmup) =>
        TrainingSchedule.Create(steps, rate, batchSize: 1, shape, warmup).OrThrow();
}
