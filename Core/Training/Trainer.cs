using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// Trains from a state on: up to <paramref name="steps"/> steps, and not beyond the schedule's last. Each result is reported to
/// <paramref name="onStep"/>; training stops when that returns false. Returns the state that is reached, or the problem: a loss or a
/// gradient that is not finite. Training is pure, a fold over documents: n steps and then m are n + m steps.
/// </summary>
public delegate Either<Problem, TrainingState> Trainer(TrainingState from, int steps, Func<StepResult, bool> onStep);

/// <summary>Training by an engine: loss, gradient, Adam, step after step.</summary>
public static class Trainers
{
    /// <summary>A trainer on <paramref name="data"/> whose gradients <paramref name="engine"/> computes.</summary>
    public static Trainer Create(Engine engine, TrainingData data) => (from, steps, onStep) =>
    {
        var (state, end, isRunning) = (from, Math.Min(from.Step + (long)steps, data.Schedule.Steps), true);
        while (isRunning && state.Step < end)
        {
            var configuration = state.Parameters.Configuration;
            var (loss, gradient) = engine(state.Parameters, data.BatchAt(state.Step, configuration.BlockSize));
            var result = new StepResult(loss, Norms(gradient));
            if (result.Finite(state.Step, data.Schedule, configuration).Case is Problem problem) return problem;
            state = Adam.Update(state, gradient, data.Schedule.RateAt(state.Step));
            isRunning = onStep(result);
        }
        return state;
    };

    /// <summary>Trains up to <paramref name="steps"/> steps. Returns the state that is reached, and the result of each step.</summary>
    public static Either<Problem, (TrainingState State, ImmutableArray<StepResult> Results)> Steps(
        this Trainer trainer, TrainingState from, int steps)
    {
        var results = ImmutableArray.CreateBuilder<StepResult>();
        return trainer(from, steps, Add).Map(state => (state, results.ToImmutable()));

        bool Add(StepResult result)
        {
            results.Add(result);
            return true;
        }
    }

    private static ImmutableArray<double> Norms(Parameters gradient) =>
        [.. gradient.Matrices(x => x).Select(matrix => Math.Sqrt(matrix.Entries.Sum(x => x * x)))];
}
