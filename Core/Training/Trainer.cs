using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// How long to train, and how fast: the learning rate falls from its first value to 0 in a straight line. Only
/// <see cref="Create"/> makes one, so it is valid.
/// </summary>
public sealed record Schedule
{
    private Schedule(int steps, double learningRate) => (Steps, LearningRate) = (steps, learningRate);

    /// <summary>How many steps to make.</summary>
    public int Steps { get; }

    /// <summary>The learning rate of the first step.</summary>
    public double LearningRate { get; }

    /// <summary>The schedule of these numbers, or everything that is wrong with them.</summary>
    public static Validation<Problem, Schedule> Create(int steps, double learningRate) =>
        (Bounds.AtLeast(1, "steps", steps), Bounds.Positive("learning_rate", learningRate)).Apply((steps, rate) => new Schedule(steps, rate));

    /// <summary>The learning rate of a step, the first being 0.</summary>
    public double RateAt(int step) => LearningRate * (1 - (double)step / Steps);
}

/// <summary>A step that was made: the loss it found, the rate it learned at, and the state it left.</summary>
public sealed record TrainingStep(double Loss, double LearningRate, TrainingState State);

/// <summary>Training: a fold of steps over documents.</summary>
public static class Trainer
{
    /// <summary>One step: the document's loss, its gradient, and Adam. A loss that is not a finite number is a problem.</summary>
    public static Either<Problem, TrainingStep> Step(Engine engine, Schedule schedule, TrainingState state, ImmutableArray<int> document)
    {
        var (loss, gradient) = engine(state.Parameters, Batch.Of(state.Parameters.Configuration.BlockSize, document));
        var rate = schedule.RateAt(state.Step);
        if (!double.IsFinite(loss))
            return new Problem(FormattableString.Invariant($"The loss of step {state.Step + 1} is {loss}, not a number to learn from; try a learning_rate below {schedule.LearningRate}."));
        return new TrainingStep(loss, rate, Adam.Update(state, gradient, rate));
    }

    /// <summary>The steps from a state on, until the schedule ends or a step fails: step s trains on document s mod count.</summary>
    public static IEnumerable<Either<Problem, TrainingStep>> Steps(Engine engine, Schedule schedule, TrainingState start, ImmutableArray<ImmutableArray<int>> documents)
    {
        var state = start;
        while (state.Step < schedule.Steps)
        {
            var step = Step(engine, schedule, state, documents[state.Step % documents.Length]);
            yield return step;
            if (step.IsLeft) yield break;
            state = step.Map(made => made.State).IfLeft(state);
        }
    }
}
