using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants of learning rates.</summary>
public static class WrongSchedules
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The whole wave",
            "The cosine falls from the largest rate to its negative: the second half of the run climbs.",
            "the rate of step",
            Of(nameof(ScheduleLaws.StaysWithinBounds), ScheduleLaws.StaysWithinBounds, (schedule, step) =>
                schedule.Shape == RateShape.Cosine
                    ? schedule.LearningRate * Math.Cos(Math.PI * step / schedule.Steps)
                    : schedule.RateAt(step))),
        new("The drop after the warmup",
            "The shape counts the steps of the warmup as done: the rate jumps down where the warmup ends.",
            "the first rate after the warmup is",
            Of(nameof(ScheduleLaws.WarmsUpEvenly), ScheduleLaws.WarmsUpEvenly, (schedule, step) => step < schedule.Warmup
                ? schedule.RateAt(step)
                : schedule.LearningRate * (1 - (double)step / schedule.Steps))),
        new("The idle first step",
            "A warmup counts from 0: its first step has the rate 0 and learns nothing.",
            "the rate of step 0 is 0",
            Of(nameof(ScheduleLaws.WarmsUpEvenly), ScheduleLaws.WarmsUpEvenly, (schedule, step) => step < schedule.Warmup
                ? schedule.LearningRate * step / schedule.Warmup
                : schedule.RateAt(step))),
        new("The quarter wave",
            "The cosine's argument ends at π/2, and the rate at half of the largest.",
            "the rate after the last step is",
            Of(nameof(ScheduleLaws.FallsToZero), ScheduleLaws.FallsToZero, (schedule, step) => schedule.Shape == RateShape.Cosine
                ? schedule.LearningRate * (1 + Math.Cos(Math.PI / 2 * step / schedule.Steps)) / 2
                : schedule.RateAt(step))),
        new("The other order",
            "The linear rate is computed by a product and a difference, and some last bits are others.",
            "should be exactly",
            Of(nameof(ScheduleLaws.HasTheRatesOfTheOriginal),
                (schedule, rate) => ScheduleLaws.HasTheRatesOfTheOriginal(schedule.Steps, schedule.LearningRate, rate),
                (schedule, step) => schedule.LearningRate - schedule.LearningRate * step / schedule.Steps)),
    ];

    private static Kill Of(string law, Func<TrainingSchedule, RateOf, Property> holds, RateOf rate) =>
        Kill.Of(law, Schedules.Any, schedule => holds(schedule, rate));
}
