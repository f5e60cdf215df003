using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The result of a training step.</summary>
/// <param name="Loss">The loss of the batch.</param>
/// <param name="GradientNorms">The Euclidean norm of the gradient of each matrix of parameters.</param>
public readonly record struct StepResult(double Loss, ImmutableArray<double> GradientNorms)
{
    /// <summary>The Euclidean norm of the whole gradient.</summary>
    public double GradientNorm => Math.Sqrt(GradientNorms.Sum(norm => norm * norm));

    /// <summary>
    /// This result if its loss and all gradient norms are finite. Otherwise a problem that names the first that is not finite.
    /// </summary>
    public Either<Problem, StepResult> Finite(int step, TrainingSchedule schedule, Configuration configuration)
    {
        if (!double.IsFinite(Loss)) return NotFinite("loss of", Loss);
        for (var i = 0; i < GradientNorms.Length; i++)
            if (!double.IsFinite(GradientNorms[i]))
                return NotFinite($"gradient of {configuration.ParameterShapes[i].Name} in", GradientNorms[i]);
        return this;

        Problem NotFinite(string what, double value) => new(FormattableString.Invariant(
            $"The {what} step {step + 1} is {value}, not a number to learn from; try a learning_rate below {schedule.LearningRate}."));
    }

    public override string ToString() => FormattableString.Invariant($"loss {Loss:G6}, gradient norm {GradientNorm:G4}");

    public bool Equals(StepResult other) => Loss == other.Loss && GradientNorms.ContentEquals(other.GradientNorms);

    public override int GetHashCode() => Loss.GetHashCode();
}
