using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>Derivatives along a direction without a backward pass, with which gradients are compared.</summary>
public static class Oracles
{
    /// <summary>By a step off the real axis: no rule of differentiation is used.</summary>
    public static double ByComplexStep(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, ComplexStep.Off).Derivative;

    /// <summary>By forward mode.</summary>
    public static double ByForwardMode(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => new Dual<Real>(new(x), new(v))).Tangent.Plain;
}
