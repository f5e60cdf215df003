using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The derivative of f along a direction.</summary>
public delegate double Oracle(IDifferentiable f, ImmutableArray<double> direction);

/// <summary>The gradient of f: under test.</summary>
public delegate ImmutableArray<double> Differentiation(IDifferentiable f);

/// <summary>The backward pass over a graph of numbers: under test.</summary>
public delegate GradientMap<Value<Real>, Real> Backward(Value<Real> root);

/// <summary>Gradients by graphs of numbers, and the scale of their rounding errors.</summary>
public static class Gradients
{
    /// <summary>By reverse mode, with the backward pass of the graph of numbers.</summary>
    public static ImmutableArray<double> ByReverseMode(this IDifferentiable f) => Reverse(root => root.Backward())(f);

    /// <summary>By reverse mode, with the backward pass under test.</summary>
    public static Differentiation Reverse(Backward backward) => f =>
        [.. f.Reversed((_, x) => new Real(x), root => backward(root)).Select(gradient => gradient.Plain)];

    /// <summary>The gradient of a model's loss by an engine.</summary>
    public static Differentiation GradientBy(this ModelCase model, EngineOf engine) => _ => model.By(engine).Gradient.Values;

    /// <summary>The gradient at any kind of number: <paramref name="number"/> makes the leaf of an index and a value.</summary>
    public static ImmutableArray<T> Reversed<T>(
        this IDifferentiable f, Func<int, double, T> number, Func<Value<T>, GradientMap<Value<T>, T>> backward) where T : IEvaluated<T>
    {
        var leaves = f.Point.Select((x, i) => Value<T>.Variable(number(i, x))).ToImmutableArray();
        var gradient = backward(f.At(leaves));
        return [.. leaves.Select(leaf => gradient[leaf])];
    }

    /// <summary>The derivative with absolute values in place of the partials: rounding errors are relative to it.</summary>
    public static double Amplification(this IDifferentiable f, ImmutableArray<double> direction) =>
        f.Along(direction, (x, v) => new Amplified(x, Math.Abs(v))).Amplification;
}
