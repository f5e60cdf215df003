using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>What a step found: its batch's loss, and the root of the sum of squares of the gradient of each matrix of parameters.</summary>
public readonly record struct StepResult(double Loss, ImmutableArray<double> GradientNorms)
{
    /// <summary>The root of the sum of squares of the whole gradient.</summary>
    public double GradientNorm => Math.Sqrt(GradientNorms.Sum(norm => norm * norm));

    public override string ToString() => FormattableString.Invariant($"loss {Loss:G6}, gradient norm {GradientNorm:G4}");

    /// <summary>Why nothing can be learnt from it, if that is so: a loss or a gradient that is no finite number.</summary>
    public Problem? Failure(int step, TrainingData course, Configuration configuration)
    {
        if (!double.IsFinite(Loss)) return Unlearnable("loss of", Loss);
        for (var i = 0; i < GradientNorms.Length; i++)
            if (!double.IsFinite(GradientNorms[i])) return Unlearnable($"gradient of {configuration.ParameterShapes[i].Name} in", GradientNorms[i]);
        return null;

        Problem Unlearnable(string what, double value) => new(FormattableString.Invariant(
            $"The {what} step {step + 1} is {value}, not a number to learn from; try a learning_rate below {course.Schedule.LearningRate}."));
    }
}

/// <summary>
/// Makes so many steps from a state on, as far as the schedule goes, or until whoever is told what each step found would not go on:
/// the state they leave, or why one could not be made. Training is pure, a fold over documents: n steps and then m are n + m steps.
/// </summary>
public delegate Either<Problem, TrainingState> Trainer(TrainingState from, int steps, Func<StepResult, bool> goOn);

/// <summary>Steps that were made: the state they left, and what each found.</summary>
public sealed record Progress(TrainingState State, ImmutableArray<StepResult> Findings)
{
    public override string ToString() => $"after step {State.Step}: {Printing.Brief(Findings)}";
}

/// <summary>Training by an engine: loss, gradient, Adam, step after step.</summary>
public static class Trainers
{
    /// <summary>The trainer that follows a course by an engine.</summary>
    public static Trainer Create(Engine engine, TrainingData course) => (from, steps, goOn) =>
    {
        var (state, end, going) = (from, Math.Min(from.Step + (long)steps, course.Schedule.Steps), true);
        while (going && state.Step < end)
        {
            var configuration = state.Parameters.Configuration;
            var (loss, gradient) = engine(state.Parameters, course.BatchAt(state.Step, configuration.BlockSize));
            var finding = new StepResult(loss, Norms(gradient));
            if (finding.Failure(state.Step, course, configuration) is { } failure) return failure;
            state = Adam.Update(state, gradient, course.Schedule.RateAt(state.Step));
            going = goOn(finding);
        }
        return state;
    };

    /// <summary>Makes so many steps, as far as the schedule goes, and keeps what they found.</summary>
    public static Either<Problem, Progress> Steps(this Trainer trainer, TrainingState from, int steps)
    {
        var findings = ImmutableArray.CreateBuilder<StepResult>();
        return trainer(from, steps, Kept).Map(state => new Progress(state, findings.ToImmutable()));

        bool Kept(StepResult finding)
        {
            findings.Add(finding);
            return true;
        }
    }

    private static ImmutableArray<double> Norms(Parameters gradient) =>
        [.. gradient.Matrices(x => x).Select(matrix => Math.Sqrt(matrix.Entries.Sum(x => x * x)))];
}
