using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Laws of every gradient, of any function, by any method.</summary>
public static class DerivativeLaws
{
    /// <summary>The rounding error of a graph's derivative, relative to its amplification A. The worst of 3,000,000 was 1e-15.</summary>
    public const double OfGraphs = 1e-13;

    /// <summary>The rounding error of the derivative of one operation, relative to A: a few roundings on either side.</summary>
    public const double OfOperations = 2e-15;

    // A derivative below this counts as zero: the complex step itself, 2⁻⁴⁰⁰, is 4e-121.
    private const double Nothing = 1e-100;

    // Less precise estimates are skipped. One estimate in a hundred is less precise than 1e-10.
    private const double Resolution = 1e-7;

    /// <summary>
    /// The rounding error of the derivative of one operation. The derivative y·xʸ⁻¹ of a power multiplies the rounding of y - 1 by log x.
    /// </summary>
    public static double RoundingOf(RandomFormula operation) =>
        operation.Calls is [{ Function: Binary<Power> }] ? OfGraphs : OfOperations;

    /// <summary>
    /// True if f is finite at the point and beside it, and takes no power of 0 with a variable exponent, whose derivative there is a
    /// convention. Elsewhere an oracle does not apply, and nothing is claimed.
    /// </summary>
    public static bool IsRegular(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.IsFiniteAround(direction) && f is not RandomFormula { HasPowerOfZero: true };

    /// <summary>|∂f/∂xᵢ - oracle(f, eᵢ)| ≤ rounding·Aᵢ for each leaf i at which f is regular.</summary>
    public static Property Agrees(IDifferentiable f, Differentiation gradient, Oracle oracle, double rounding = OfGraphs)
    {
        var actual = gradient(f);
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, f.Point.Length)
            let axis = f.Axis(i)
            from complaint in Verdict.Apart($"∂f/∂x{i}", actual[i], oracle(f, axis), rounding * Math.Max(Nothing, f.Amplification(axis)))
            where f.IsRegular(axis)
            select complaint);
    }

    /// <summary>
    /// |∇f·v - D(f, v)| ≤ the error that D, by finite differences, estimates for itself. Points near a kink or the end of f's domain are
    /// skipped, and so are points where that estimate exceeds both 1e-7·A and 1e-7·|f|.
    /// </summary>
    public static Property AgreesWithFiniteDifferences(IDifferentiable f, Differentiation gradient, Direction direction)
    {
        var v = direction.Of(f.Point.Length);
        var (estimate, amplification) = (f.ByFiniteDifferences(v), f.Amplification(v));
        // If f does not depend on the variables, any estimate is precise enough.
        // A function as flat as a sigmoid far out has differences that are precise in proportion to its value only.
        var scale = Math.Max(amplification, Math.Abs(f.Along(v, (x, _) => new Real(x)).Plain));
        var resolved = estimate is { Error: var error } && (error <= Resolution * scale || amplification == 0);
        return Prop.When(resolved, () => Verdict.NoneOf(
            Verdict.Apart(
                "∇f·v",
                Dot(gradient(f), v),
                estimate!.Value.Derivative,
                estimate.Value.Error + OfGraphs * Math.Max(Nothing, amplification))));
    }

    /// <summary>Σ vᵢ·∂f/∂xᵢ is the derivative along v, if f is regular along v.</summary>
    public static Property AgreesAlong(
        IDifferentiable f, Differentiation gradient, Oracle oracle, Direction direction, double precision = Tolerance.OfDouble)
    {
        var v = direction.Of(f.Point.Length);
        var rounding = Tolerance.Units(precision) * OfGraphs * Math.Max(Nothing, f.Amplification(v));
        return Verdict.NoneOf(Verdict.Apart(
            "∇f·v", Dot(gradient(f), v), oracle(f, v), rounding + Tolerance.OfFlushToZero(precision) * v.Sum(Math.Abs))
            .Where(_ => f.IsRegular(v)));
    }

    private static double Dot(ImmutableArray<double> x, ImmutableArray<double> y) => x.Zip(y, (a, b) => a * b).Sum();
}
