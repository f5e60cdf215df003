using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>Derivatives along a direction, computed without a backward pass. Gradients are compared with them.</summary>
public static class Oracles
{
    // The largest step that is small beside a number, as a share of the number. The square of the share is below the last bit.
    private static readonly double Small = Math.ScaleB(1, -30);

    /// <summary>
    /// The derivative by complex step, which uses no rule of differentiation. The result is NaN where the method does not apply: if f is
    /// not finite at the point or at a neighbour of it, if a coordinate is so near 0 that the step is not small beside it, and if the step
    /// times the derivative underflows.
    /// </summary>
    public static double ByComplexStep(this IDifferentiable f, ImmutableArray<double> direction)
    {
        if (!f.IsFiniteAround(direction) || !f.IsSmall(ComplexStep.Size, direction)) return double.NaN;
        var y = f.Along(direction, ComplexStep.Off);
        return double.IsNormal(y.Imaginary) || !f.Underflows(direction) ? y.Derivative + 0.0 : double.NaN; // without a negative zero
    }

    /// <summary>
    /// The derivative by forward mode, with a tangent for each number (see <see cref="Dual{T}"/>). A coordinate that the direction does not
    /// move is a constant.
    /// </summary>
    public static double ByForwardMode(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => v == 0 ? Dual<Real>.Constant(x) : new(new(x), new(v))).Tangent.Plain;

    /// <summary>True if f is finite at the point and at its two neighbours along a direction, the nearest numbers on either side.</summary>
    public static bool IsFiniteAround(this IDifferentiable f, ImmutableArray<double> direction) =>
        ((int[])[0, 1, -1]).All(side => double.IsFinite(f.Along(direction, (x, v) => new Real(Neighbour(x, side * v))).Plain));

    private static double Neighbour(double x, double towards) =>
        towards > 0 ? Math.BitIncrement(x) : towards < 0 ? Math.BitDecrement(x) : x;

    private static bool IsSmall(this IDifferentiable f, double step, ImmutableArray<double> direction) =>
        f.Point.Zip(direction, (x, v) => x == 0 || Math.Abs(step * v) <= Small * Math.Abs(x)).All(small => small);

    // True if the derivative is not 0, but underflows when it is multiplied by the tiny step. A large step, of 1/8 of the smallest
    // coordinate, finds such a derivative.
    private static bool Underflows(this IDifferentiable f, ImmutableArray<double> direction)
    {
        var step = f.LargestStep(direction);
        var derivative = f.Along(direction, (x, v) => new ComplexStep(x, v * step)).Imaginary / step;
        return derivative != 0 && double.IsFinite(derivative) && !double.IsNormal(derivative * ComplexStep.Size);
    }
}
