using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;
using static LanguageExt.Prelude;

namespace MicroGpt.Training;

/// <summary>What a step found: its batch's loss, and the root of the sum of squares of the gradient of each matrix of parameters.</summary>
public readonly record struct Finding(double Loss, ImmutableArray<double> GradientNorms)
{
    /// <summary>The root of the sum of squares of the whole gradient.</summary>
    public double GradientNorm => Math.Sqrt(GradientNorms.Sum(norm => norm * norm));

    /// <summary>Why nothing can be learnt from it, if that is so: a loss or a gradient that is no finite number.</summary>
    public Option<Problem> Failure(int step, Course course, Configuration configuration)
    {
        if (!double.IsFinite(Loss)) return Unlearnable("loss of", Loss);
        for (var i = 0; i < GradientNorms.Length; i++)
            if (!double.IsFinite(GradientNorms[i])) return Unlearnable($"gradient of {configuration.ParameterShapes[i].Name} in", GradientNorms[i]);
        return None;

        Problem Unlearnable(string what, double value) => new(FormattableString.Invariant(
            $"The {what} step {step + 1} is {value}, not a number to learn from; try a learning_rate below {course.Schedule.LearningRate}."));
    }
}

/// <summary>Steps that were made: the state they left, what each found, and why there are no more, if one could not be made.</summary>
public sealed record Progress(TrainingState State, ImmutableArray<Finding> Findings, Option<Problem> Failure);

/// <summary>
/// Makes so many steps from a state on, as far as the schedule goes. Training is pure, a fold over documents: n steps and then m
/// are n + m steps.
/// </summary>
public delegate Progress Trainer(TrainingState from, int steps);

/// <summary>Training by an engine: loss, gradient, Adam, step after step.</summary>
public static class Trainers
{
    /// <summary>The trainer that follows a course by an engine.</summary>
    public static Trainer Of(Engine engine, Course course) => (from, steps) =>
    {
        var (state, findings) = (from, ImmutableArray.CreateBuilder<Finding>());
        for (var end = Math.Min(from.Step + (long)steps, course.Schedule.Steps); state.Step < end;)
        {
            var configuration = state.Parameters.Configuration;
            var (loss, gradient) = engine(state.Parameters, course.BatchAt(state.Step, configuration.BlockSize));
            var finding = new Finding(loss, Norms(gradient));
            var failure = finding.Failure(state.Step, course, configuration);
            if (failure.IsSome) return new(state, findings.ToImmutable(), failure);
            findings.Add(finding);
            state = Adam.Update(state, gradient, course.Schedule.RateAt(state.Step));
        }
        return new(state, findings.ToImmutable(), None);
    };

    private static ImmutableArray<double> Norms(Parameters gradient) =>
        [.. gradient.Matrices(x => x).Select(matrix => Math.Sqrt(matrix.Entries.Sum(x => x * x)))];
}
