using System.Collections.Immutable;

namespace MicroGpt.Training;

/// <summary>The result of a training step.</summary>
/// <param name="Loss">The loss of the batch.</param>
/// <param name="GradientNorms">The Euclidean norm of the gradient of each matrix of parameters.</param>
public readonly record struct StepResult(double Loss, ImmutableArray<double> GradientNorms)
{
    /// <summary>The Euclidean norm of the whole gradient.</summary>
    public double GradientNorm => Math.Sqrt(GradientNorms.Sum(norm => norm * norm));

    public override string ToString() => FormattableString.Invariant($"loss {Loss:G6}, gradient norm {GradientNorm:G4}");

    public bool Equals(StepResult other) => Loss == other.Loss && GradientNorms.ContentEquals(other.GradientNorms);

    public override int GetHashCode() => Loss.GetHashCode();
}
