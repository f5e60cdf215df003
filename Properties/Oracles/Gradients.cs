using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The derivative of f along a direction.</summary>
public delegate double Oracle(IDifferentiable f, ImmutableArray<double> direction);

/// <summary>The gradient of f: what is under test.</summary>
public delegate ImmutableArray<double> Gradient(IDifferentiable f);

/// <summary>The backward pass over a graph of numbers: what is under test.</summary>
public delegate GradientMap<Value<Real>, Real> Backward(Value<Real> root);

/// <summary>Gradients by way of graphs of numbers, and how far rounding could carry them.</summary>
public static class Gradients
{
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

    /// <summary>Not the derivative, but the same over absolute values of partials: what rounding is relative to.</summary>
    public static double Amplification(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => new Amplified(x, Math.Abs(v))).Amplification;
}
