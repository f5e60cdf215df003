using LanguageExt;
using MicroGpt.Model;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Training;

// Training diverges if its steps are too long: each step overshoots, and the loss grows. The rule is the same for all engines. A loss far
// above chance is a warning. A number that is not finite ends training, since no step leads back from it.

/// <summary>The watch on the losses of a run: their running mean, and whether it has been above the bound.</summary>
public readonly record struct DivergenceWatch(RunningMean Mean, bool HasWarned)
{
    /// <summary>The bound of the running mean, as a multiple of the loss of chance.</summary>
    public const double Bound = 3;

    /// <summary>
    /// The watch after the loss of one more step, and a warning if the running mean is above the bound for the first time. The first step
    /// is 1. The loss of chance, in nats, is <paramref name="chance"/>.
    /// </summary>
    public (DivergenceWatch Next, Option<Problem> Warning) With(int step, double loss, TrainingSchedule schedule, double chance)
    {
        var mean = Mean.With(loss);
        var isAbove = mean.Value > Bound * chance;
        return (new(mean, HasWarned || isAbove), isAbove && !HasWarned
            ? new Problem(Invariant($"The running mean of the loss is {mean.Value:G5} after step {step}, more than {Bound} times that of ")
                + Invariant($"chance, {chance:F4}; if it does not fall, {Divergence.Remedy(schedule)}."))
            : None);
    }
}

/// <summary>The end of training at a number that is not finite.</summary>
internal static class Divergence
{
    /// <summary>The advice to a run that diverges: a smaller learning rate.</summary>
    public static string Remedy(TrainingSchedule schedule) => Invariant($"try a learning_rate of {schedule.GentlerRate:G3}");

    /// <summary>
    /// The result of a step if its loss and all gradient norms are finite. Otherwise a problem that names the first that is not finite. The
    /// first step is 1.
    /// </summary>
    public static Either<Problem, StepResult> Finite(
        this StepResult result, int step, TrainingSchedule schedule, ParameterTable table)
    {
        if (!double.IsFinite(result.Loss)) return NotFinite("loss", $"of step {step}", result.Loss, schedule);
        var norms = result.GradientNorms;
        for (var i = 0; i < norms.Length; i++)
            if (!double.IsFinite(norms[i]))
                return NotFinite($"gradient of {table.Definitions[i].Name}", $"in step {step}", norms[i], schedule);
        return result;
    }

    /// <summary>
    /// A state if all its parameters and slots are finite. Otherwise a problem that names the first that is not finite. A parameter can
    /// overflow although its gradient is finite.
    /// </summary>
    public static Either<Problem, TrainingState> Finite(this TrainingState state, TrainingSchedule schedule)
    {
        (string Name, ParameterValues Numbers)[] all =
            [("parameter", state.Parameters), .. state.Slots.Select(slot => ($"{slot.Name} of", (ParameterValues)slot))];
        foreach (var (name, numbers) in all)
            for (var i = 0; i < numbers.Values.Length; i++)
                if (!double.IsFinite(numbers.Values[i]))
                    return NotFinite($"{name} {numbers.Table.NameOf(i)}", $"after step {state.Step}", numbers.Values[i], schedule);
        return state;
    }

    private static Problem NotFinite(string what, string when, double value, TrainingSchedule schedule) =>
        new(Invariant($"The {what} {when} is {value}, not a number to learn from; {Remedy(schedule)}."));
}
