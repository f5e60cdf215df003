using FsCheck;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Learning rates by their laws.</summary>
public class ScheduleProperties
{
    [Law(500)]
    public Property A_rate_is_between_0_and_the_largest(TrainingSchedule schedule) => ScheduleLaws.StaysWithinBounds(schedule, RateAt);

    [Law(500)]
    public Property A_warmup_rises_evenly_to_the_largest_rate(TrainingSchedule schedule) => ScheduleLaws.WarmsUpEvenly(schedule, RateAt);

    [Law(500)]
    public Property A_rate_falls_to_0_after_the_warmup(TrainingSchedule schedule) => ScheduleLaws.FallsToZero(schedule, RateAt);

    [Law(500)]
    public Property Linear_rates_without_warmup_are_the_original_s(TrainingSchedule schedule) =>
        ScheduleLaws.HasTheRatesOfTheOriginal(schedule.Steps, schedule.LearningRate, RateAt);

    private static double RateAt(TrainingSchedule schedule, int step) => schedule.RateAt(step);
}
