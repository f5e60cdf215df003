using System.Numerics;

namespace MicroGpt.Autograd;

// Let there be Autograd. A formula is written once and computed with any kind of number, such as a plain number, a number with
// a tangent, a node of a graph, or an expression. This file declares the operations of a kind of number.

/// <summary>A kind of number. It has constants, and operations that take and return such numbers.</summary>
public partial interface IReal<T> where T : IReal<T>
{
    /// <summary>A constant. Its derivative is 0.</summary>
    static abstract T Constant(double value);

    /// <summary>op(x).</summary>
    static abstract T Apply<TOp>(TOp op, T x) where TOp : struct, IUnaryOp;

    /// <summary>op(x, y).</summary>
    static abstract T Apply<TOp>(TOp op, T x, T y) where TOp : struct, IBinaryOp;
}

/// <summary>A kind of number whose value is computed at once. All kinds in Core are such, except expressions.</summary>
public interface IEvaluated<T> : IReal<T> where T : IEvaluated<T>
{
    /// <summary>The value as a plain number, without tangent, error bound or graph.</summary>
    double Plain { get; }
}

/// <summary>A differentiable function f of one number: its value and its derivative.</summary>
public interface IUnaryOp
{
    /// <summary>The name, as a writer prints it.</summary>
    string Name { get; }

    /// <summary>y = f(x).</summary>
    double Forward(double x);

    /// <summary>f(x) for complex x. <see cref="ComplexStep"/> uses it instead of <see cref="Partial"/>.</summary>
    Complex Forward(Complex x);

    /// <summary>Bounds of f(x), exact or computed, for every x within bounds. <see cref="Interval"/> uses it.</summary>
    Bounds Forward(Bounds x) => Bounds.Everything;

    /// <summary>dy/dx, in terms of x and y.</summary>
    T Partial<T>(T x, T y) where T : IReal<T>;

    /// <summary>The number of the smooth piece of f that x lies on, from 1; 0 if f has no kink.</summary>
    int Branch(double x) => 0;
}

/// <summary>A differentiable function f of two numbers: its value and its partial derivatives.</summary>
public interface IBinaryOp
{
    /// <summary>The name, as a writer prints it.</summary>
    string Name { get; }

    /// <summary>z = f(x, y).</summary>
    double Forward(double x, double y);

    /// <summary>f(x, y) for complex x and y.</summary>
    Complex Forward(Complex x, Complex y);

    /// <summary>Bounds of f(x, y), exact or computed, for every x and y within bounds.</summary>
    Bounds Forward(Bounds x, Bounds y) => Bounds.Everything;

    /// <summary>(dz/dx, dz/dy), in terms of x, y and z.</summary>
    (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T>;

    /// <summary>The number of the smooth piece of f that (x, y) lies on, from 1; 0 if f has no kink.</summary>
    int Branch(double x, double y) => 0;
}

/// <summary>The numbers from <paramref name="Low"/> to <paramref name="High"/>, both included.</summary>
public readonly partial record struct Bounds(double Low, double High)
{
    /// <summary>Bounds that say nothing: every number is within them, and so is NaN.</summary>
    public static Bounds Everything { get; } = new(double.NegativeInfinity, double.PositiveInfinity);
}
