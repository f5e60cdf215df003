using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>Derivatives along a direction, computed without a backward pass. Gradients are compared with them.</summary>
public static class Oracles
{
    /// <summary>The derivative by complex step, which uses no rule of differentiation.</summary>
    public static double ByComplexStep(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, ComplexStep.Off).Derivative;

    /// <summary>The derivative by forward mode, with a tangent for each number (see <see cref="Dual{T}"/>).</summary>
    public static double ByForwardMode(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => new Dual<Real>(new(x), new(v))).Tangent.Plain;
}
