using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The Hessian of f times a direction: under test.</summary>
public delegate ImmutableArray<double> HessianVector(IDifferentiable f, ImmutableArray<double> direction);

/// <summary>Laws of second derivatives.</summary>
public static class HessianLaws
{
    // A second derivative below this underflows in the complex step.
    private static readonly double Nothing = double.Epsilon / ComplexStep.Size;

    /// <summary>Forward mode over reverse mode.</summary>
    public static ImmutableArray<double> ForwardOverReverse(IDifferentiable f, ImmutableArray<double> v) =>
        [.. f.Reversed((i, x) => new Dual<Real>(new(x), new(v[i])), root => root.Backward()).Select(gradient => gradient.Tangent.Plain)];

    /// <summary>Reverse mode over reverse mode: the gradient of ∇f·v.</summary>
    public static ImmutableArray<double> ReverseOverReverse(IDifferentiable f, ImmutableArray<double> v)
    {
        var leaves = f.Point.Select(x => Value<Real>.Variable(new(x))).ToImmutableArray();
        var gradient = f.Reversed((i, _) => leaves[i], root => root.Backward());
        var hessianVector = Sum.Of(0, leaves.Length, i => gradient[i] * v[i]).Backward();
        return [.. leaves.Select(leaf => hessianVector[leaf].Plain)];
    }

    /// <summary>Hv is the derivative of ∇f along v, by complex step through the whole backward pass, if f is regular along v.</summary>
    public static Property IsComplexStepOfTheGradient(IDifferentiable f, Direction direction, HessianVector hessianVector)
    {
        var v = direction.Of(f.Point.Length);
        var (actual, rounding) = (hessianVector(f, v), Rounding(f, v));
        var expected = f.Reversed((i, x) => ComplexStep.Off(x, v[i]), root => root.Backward());
        return Prop.When(rounding.All(double.IsFinite), () => Verdict.NoneOf(
            from i in Enumerable.Range(0, v.Length)
            from complaint in Verdict.Apart($"(Hv){i}", actual[i], expected[i].Derivative, rounding[i] + Nothing)
            where f.IsRegular(v)
            select complaint));
    }

    /// <summary>u·Hv = v·Hu: Hessians are symmetric.</summary>
    public static Property IsSymmetric(IDifferentiable f, Direction first, Direction second, HessianVector hessianVector)
    {
        var (u, v) = (first.Of(f.Point.Length), second.Of(f.Point.Length));
        var rounding = Dot(u.Select(Math.Abs), Rounding(f, v)) + Dot(v.Select(Math.Abs), Rounding(f, u));
        return Prop.When(double.IsFinite(rounding), () => Verdict.NoneOf(
            Verdict.Apart("u·Hv - v·Hu", Dot(u, hessianVector(f, v)), Dot(v, hessianVector(f, u)), rounding)));
    }

    // A bound of the rounding errors of Hv and of the value it is compared with.
    private static ImmutableArray<double> Rounding(IDifferentiable f, ImmutableArray<double> v) =>
    [
        .. f.Reversed((i, x) => new Dual<RunningError>(RunningError.Constant(x), RunningError.Constant(v[i])), root => root.Backward())
            .Select(gradient => 2 * gradient.Tangent.Error + double.Epsilon),
    ];

    private static double Dot(IEnumerable<double> x, IEnumerable<double> y) => x.Zip(y, (a, b) => a * b).Sum();
}
