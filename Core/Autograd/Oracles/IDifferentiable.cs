using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// A gradient needs a check. Oracles compute the derivatives by methods other than the backward pass.

/// <summary>A function of numbers of any kind, and the point at which the function is differentiated.</summary>
public interface IDifferentiable
{
    /// <summary>The point of differentiation.</summary>
    ImmutableArray<double> Point { get; }

    /// <summary>f(x).</summary>
    T At<T>(ImmutableArray<T> x) where T : IEvaluated<T>;
}

/// <summary>Evaluates differentiable functions along a direction.</summary>
public static class Differentiable
{
    /// <summary>f(x), where each coordinate is xᵢ = number(pointᵢ, directionᵢ).</summary>
    public static T Along<T>(this IDifferentiable f, ImmutableArray<double> direction, Func<double, double, T> number)
        where T : IEvaluated<T>
    {
        var x = ImmutableArray.CreateBuilder<T>(f.Point.Length);
        for (var i = 0; i < f.Point.Length; i++) x.Add(number(f.Point[i], direction[i]));
        return f.At(x.MoveToImmutable());
    }

    /// <summary>The direction along the i-th coordinate.</summary>
    public static ImmutableArray<double> Axis(this IDifferentiable f, int i) =>
        ImmutableArray.CreateRange(new double[f.Point.Length]).SetItem(i, 1);

    /// <summary>One eighth of the smallest step that moves a coordinate to 0, where log has no derivative. If no step does, 1/8.</summary>
    public static double LargestStep(this IDifferentiable f, ImmutableArray<double> direction) =>
        Enumerable.Range(0, f.Point.Length).Where(i => direction[i] != 0 && f.Point[i] != 0)
            .Select(i => Math.Abs(f.Point[i] / direction[i]) / 8).DefaultIfEmpty(0.125).Min();
}
