using FsCheck;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The learning rate of a step: under test.</summary>
public delegate double RateOf(TrainingSchedule schedule, int step);

/// <summary>Laws of learning rates.</summary>
public static class ScheduleLaws
{
    // Two operations, each rounded once.
    private const double Rounding = 1e-15;

    /// <summary>Every step of every schedule has a rate from 0 to the largest.</summary>
    public static Property StaysWithinBounds(TrainingSchedule schedule, RateOf rate) => Verdict.NoneOf(
        from step in Enumerable.Range(0, schedule.Steps)
        let found = rate(schedule, step)
        where !(found >= 0 && found <= schedule.LearningRate)
        select FormattableString.Invariant($"the rate of step {step} is {found:R}"));

    /// <summary>
    /// A warmup of N steps begins at 1/N of the largest rate and rises evenly to it. The shape goes on from there, so the rate does not
    /// jump.
    /// </summary>
    public static Property WarmsUpEvenly(TrainingSchedule schedule, RateOf rate)
    {
        var (largest, warmup) = (schedule.LearningRate, schedule.Warmup);
        return Verdict.NoneOf(
        [
            .. from step in Enumerable.Range(0, warmup)
               from complaint in Verdict.Apart(
                   $"the rate of step {step}", rate(schedule, step), largest / warmup * (step + 1), 2 * Rounding * largest)
               select complaint,
            .. warmup == 0 ? [] : Verdict.Unequal("the last rate of the warmup", rate(schedule, warmup - 1), largest),
            .. Verdict.Unequal("the first rate after the warmup", rate(schedule, warmup), largest),
        ]);
    }

    /// <summary>After the warmup, the rate never rises. It would be 0 one step after the last, if it is not constant.</summary>
    public static Property FallsToZero(TrainingSchedule schedule, RateOf rate) => Verdict.NoneOf(
    [
        .. from step in Enumerable.Range(schedule.Warmup, schedule.Steps - schedule.Warmup)
           let next = rate(schedule, step + 1)
           where !(next <= rate(schedule, step))
           select FormattableString.Invariant($"the rate rises to {next:R} at step {step + 1}"),
        .. Verdict.Unequal(
            "the rate after the last step", rate(schedule, schedule.Steps),
            schedule.Shape == RateShape.Constant ? schedule.LearningRate : 0),
    ]);

    /// <summary>A linear schedule without warmup has the bits of the original's rates.</summary>
    public static Property HasTheRatesOfTheOriginal(int steps, double largest, RateOf rate)
    {
        var schedule = TrainingSchedule.Create(steps, largest).OrThrow();
        return Verdict.NoneOf(
            from step in Enumerable.Range(0, steps)
            from complaint in Verdict.Unequal($"the rate of step {step}", rate(schedule, step), largest * (1 - (double)step / steps))
            select complaint);
    }
}
