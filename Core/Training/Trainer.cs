using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// A trainer does up to <paramref name="steps"/> steps from a state, and none beyond the schedule. It reports each result to
/// <paramref name="onStep"/>, and stops when <paramref name="onStep"/> returns false. It returns the state reached, or a problem if a
/// number is not finite. Training is a pure fold over documents: n steps and then m more reach the same state as n + m steps at once.
/// Cancelled, a trainer drops the step that it is in, and returns the state after the last whole step.
/// </summary>
public delegate Either<Problem, TrainingState> Trainer(
    TrainingState from, int steps, Func<StepResult, bool> onStep, CancellationToken cancellation = default);

/// <summary>The reference trainers: an optimizer's expressions, evaluated at plain numbers.</summary>
public static class Trainers
{
    /// <summary>
    /// A trainer of a model on <paramref name="data"/>. The gradients are computed by <paramref name="engine"/>, and the parameters are
    /// updated by <paramref name="optimizer"/>.
    /// </summary>
    public static Trainer Create(LanguageModel model, Engine engine, TrainingData data, Optimizer optimizer)
    {
        var update = OptimizerStep.Of(optimizer, model.Table);
        return Create(data.Schedule, (state, cancellation) =>
        {
            var (loss, gradient) = engine(state.Parameters, data.BatchAt(state.Step, model), cancellation);
            var (norms, next) = update.Evaluate(state, gradient, data.Schedule.RateAt(state.Step));
            return (new(loss, norms), next);
        });
    }

    /// <summary>
    /// A trainer by a function that makes one step: from a state to the result of the step and the state after it. A cancelled step throws
    /// an <see cref="OperationCanceledException"/>.
    /// </summary>
    public static Trainer Create(
        TrainingSchedule schedule, Func<TrainingState, CancellationToken, (StepResult Result, TrainingState Next)> makeStep) =>
        (from, steps, onStep, cancellation) =>
    {
        var (state, end, isRunning) = (from, Math.Min(from.Step + (long)steps, schedule.Steps), true);
        try
        {
            while (isRunning && state.Step < end && !cancellation.IsCancellationRequested)
            {
                var (result, next) = makeStep(state, cancellation);
                if (result.Finite(state.Step + 1, schedule, state.Parameters.Table).Case is Problem problem) return problem;
                state = next;
                isRunning = onStep(result);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The cancelled step has changed nothing: the state is that of the last whole step.
        }
        return state.Finite(schedule);
    };

    /// <summary>Trains up to <paramref name="steps"/> steps. Returns the state reached, and the result of each step.</summary>
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
}
