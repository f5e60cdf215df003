using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Trust needs a witness. What follows asks for derivatives by ways of its own, and so can tell whether a gradient is right.

/// <summary>A number computed from numbers, whatever their kind, and where its derivatives are asked for.</summary>
public interface IDifferentiable
{
    /// <summary>Where.</summary>
    ImmutableArray<double> Point { get; }

    /// <summary>f(x).</summary>
    T At<T>(ImmutableArray<T> x) where T : IEvaluated<T>;
}

/// <summary>Functions along directions.</summary>
public static class Differentiable
{
    /// <summary>f where each number of the point is given a number of the direction.</summary>
    public static T Along<T>(this IDifferentiable f, ImmutableArray<double> direction, Func<double, double, T> number)
        where T : IEvaluated<T>
    {
        var x = ImmutableArray.CreateBuilder<T>(f.Point.Length);
        for (var i = 0; i < f.Point.Length; i++) x.Add(number(f.Point[i], direction[i]));
        return f.At(x.MoveToImmutable());
    }

    /// <summary>The direction of one number of the point alone.</summary>
    public static ImmutableArray<double> Axis(this IDifferentiable f, int i) =>
        ImmutableArray.CreateRange(new double[f.Point.Length]).SetItem(i, 1);
}
