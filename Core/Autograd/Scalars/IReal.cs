using System.Numerics;

namespace MicroGpt.Autograd;

// Let there be Autograd. A formula is written once and read at every kind of number: as a value, as a value with its
// tangent, as a node of a graph, as an expression. All that a kind of number has to offer stands in this file.

/// <summary>A kind of number: constants, and the operations of the table applied to it.</summary>
public partial interface IReal<T> where T : IReal<T>
{
    /// <summary>The number that no derivative depends on.</summary>
    static abstract T Constant(double value);

    /// <summary>op(x).</summary>
    static abstract T Apply<TOp>(TOp op, T x) where TOp : struct, IUnaryOp;

    /// <summary>op(x, y).</summary>
    static abstract T Apply<TOp>(TOp op, T x, T y) where TOp : struct, IBinaryOp;
}

/// <summary>A kind of number whose value is known already: every kind but the expression.</summary>
public interface IEvaluated<T> : IReal<T> where T : IEvaluated<T>
{
    /// <summary>The plain number beneath all that is carried along with it.</summary>
    double Plain { get; }
}

/// <summary>A differentiable function of one number: its value, and right beside it its derivative.</summary>
public interface IUnaryOp
{
    /// <summary>The name, as a writer prints it.</summary>
    string Name { get; }

    /// <summary>y = f(x).</summary>
    double Forward(double x);

    /// <summary>f off the real axis, for derivatives by complex step: a witness that knows nothing of <see cref="Partial"/>.</summary>
    Complex Forward(Complex x);

    /// <summary>dy/dx, in terms of x and y.</summary>
    T Partial<T>(T x, T y) where T : IReal<T>;

    /// <summary>The smooth piece of f that x lies on, counted from 1. An operation without a kink is in one piece, 0.</summary>
    int Branch(double x) => 0;
}

/// <summary>A differentiable function of two numbers.</summary>
public interface IBinaryOp
{
    /// <summary>The name, as a writer prints it.</summary>
    string Name { get; }

    /// <summary>z = f(x, y).</summary>
    double Forward(double x, double y);

    /// <summary>f off the real axis.</summary>
    Complex Forward(Complex x, Complex y);

    /// <summary>(dz/dx, dz/dy), in terms of x, y and z.</summary>
    (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T>;

    /// <summary>The smooth piece of f that (x, y) lies on, counted from 1. An operation without a kink is in one piece, 0.</summary>
    int Branch(double x, double y) => 0;
}
