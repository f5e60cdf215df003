using System.Diagnostics;
using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>Training a stretch of steps at a time, each about as long as a person takes to see that the screen has changed.</summary>
internal static class Stretches
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(30);

    /// <summary>The stretches from a state up to a step, or up to one that fails.</summary>
    public static IEnumerable<Progress> Of(Trainer trainer, TrainingState state, int until)
    {
        for (var steps = 1; state.Step < until;)
        {
            var began = Stopwatch.GetTimestamp();
            var progress = trainer(state, Math.Min(steps, until - state.Step));
            var elapsed = Stopwatch.GetElapsedTime(began);
            yield return progress;
            if (progress.Failure.IsSome) yield break;
            state = progress.State;
            steps = elapsed < Pace / 2 ? 2 * steps : elapsed > Pace ? Math.Max(1, steps / 2) : steps;
        }
    }
}
