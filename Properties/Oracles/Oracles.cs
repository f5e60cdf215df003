using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The derivative of f along a direction.</summary>
public delegate double Oracle(IDifferentiable f, ImmutableArray<double> direction);

/// <summary>The gradient of f: what is under test.</summary>
public delegate ImmutableArray<double> Gradient(IDifferentiable f);

/// <summary>The backward pass over a graph of numbers: what is under test.</summary>
public delegate GradientMap<Value<Real>, Real> Backward(Value<Real> root);

/// <summary>Ways to a derivative, each independent of the others.</summary>
public static class Oracles
{
    /// <summary>By a step off the real axis: no rule of differentiation is used.</summary>
    public static double ByComplexStep(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, ComplexStep.Off).Derivative;

    /// <summary>By forward mode.</summary>
    public static double ByForwardMode(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => new Dual<Real>(new(x), new(v))).Tangent.Plain;

    /// <summary>Not the derivative, but the same over absolute values of partials: what rounding is relative to.</summary>
    public static double Amplification(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => new Amplified(x, Math.Abs(v))).Amplification;

    /// <summary>By reverse mode, with the backward pass of the graph of numbers.</summary>
    public static ImmutableArray<double> ByReverseMode(this IDifferentiable f) => Reverse(root => root.Backward())(f);

    /// <summary>By reverse mode, with whatever backward pass is under test.</summary>
    public static Gradient Reverse(Backward backward) => f =>
        [.. f.Reversed((_, x) => new Real(x), root => backward(root)).Select(gradient => gradient.Plain)];

    /// <summary>The gradient at any kind of number: <paramref name="number"/> makes the leaf of an index and a value.</summary>
    public static ImmutableArray<T> Reversed<T>(
        this IDifferentiable f, Func<int, double, T> number, Func<Value<T>, GradientMap<Value<T>, T>> backward) where T : IEvaluated<T>
    {
        var leaves = f.Point.Select((x, i) => Value<T>.Variable(number(i, x))).ToImmutableArray();
        var gradient = backward(f.At(leaves));
        return [.. leaves.Select(leaf => gradient[leaf])];
    }

    /// <summary>f where each number of the point is given a number of the direction.</summary>
    public static T Along<T>(this IDifferentiable f, ImmutableArray<double> direction, Func<double, double, T> number)
        where T : IEvaluated<T> => f.At<T>([.. Enumerable.Range(0, f.Point.Length).Select(i => number(f.Point[i], direction[i]))]);

    /// <summary>The direction of one leaf alone.</summary>
    public static ImmutableArray<double> Axis(this IDifferentiable f, int leaf) =>
        [.. Enumerable.Range(0, f.Point.Length).Select(i => i == leaf ? 1.0 : 0.0)];
}
