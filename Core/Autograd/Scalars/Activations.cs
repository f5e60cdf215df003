using System.Numerics;

namespace MicroGpt.Autograd;

// Activation functions as operations of their own. Compositions of exp and log would overflow for large x and cancel for small x.

/// <summary>The sigmoid: y = σ(x) = 1/(1 + e⁻ˣ),  dy/dx = y·(1 - y), where σ(-x) replaces 1 - y, which cancels.</summary>
public readonly struct Sigmoid : IUnaryOp
{
    public string Name => "sigmoid";

    // The exponential of a number below 0 cannot overflow.
    public double Forward(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));
    public Complex Forward(Complex x) => x.Real < 0 ? Complex.Exp(x) / (1 + Complex.Exp(x)) : 1 / (1 + Complex.Exp(-x));
    public Bounds Forward(Bounds x) => x.Monotone(Forward, units: 4).NotBelow(0);
    public T Partial<T>(T x, T y) where T : IReal<T> => y * (-x).Sigmoid();
}

/// <summary>The hyperbolic tangent: y = tanh x,  dy/dx = 1 - y², computed as 4·σ(2x)·σ(-2x), because 1 - y² cancels.</summary>
public readonly struct Tanh : IUnaryOp
{
    public string Name => "tanh";
    public double Forward(double x) => Math.Tanh(x);

    // tanh x = 2·σ(2x) - 1. Complex.Tanh loses an imaginary part below e⁻⁷⁰⁰, because cosh overflows.
    public Complex Forward(Complex x) => Math.Abs(x.Real) < 1 ? Complex.Tanh(x) : 2 * default(Sigmoid).Forward(2 * x) - 1;
    public Bounds Forward(Bounds x) => x.Monotone(Math.Tanh, units: 4);
    public T Partial<T>(T x, T y) where T : IReal<T> => (x * 2).Sigmoid() * (x * -2).Sigmoid() * 4;
}

/// <summary>Relu with its corner rounded: y = log(1 + eˣ),  dy/dx = σ(x).</summary>
public readonly struct Softplus : IUnaryOp
{
    public string Name => "softplus";

    // log(1 + eˣ) = max(0, x) + log(1 + e), where e = exp(-|x|). The exponential cannot overflow.
    public double Forward(double x) => Math.Max(0, x) + LogOfOnePlus(Math.Exp(-Math.Abs(x)));
    public Complex Forward(Complex x) => x.Real < 0 ? Complex.Log(1 + Complex.Exp(x)) : x + Complex.Log(1 + Complex.Exp(-x));
    public Bounds Forward(Bounds x) => x.Monotone(Forward, units: 4).NotBelow(0);
    public T Partial<T>(T x, T y) where T : IReal<T> => x.Sigmoid();

    // log(1 + e) to the last bits for any e ≥ 0. The quotient makes up for the rounding of u = 1 + e (Kahan).
    private static double LogOfOnePlus(double e) => 1 + e is var u && u == 1 ? e : Math.Log(u) * (e / (u - 1));
}

public static partial class Operations
{
    /// <summary>The coefficients of <see cref="Gelu"/>: √(8/π), and that of x³ relative to that of x.</summary>
    public const double GeluSlope = 1.5957691216057308, GeluCubic = 0.044715;

    extension<T>(IReal<T> x) where T : IReal<T>
    {
        public T Sigmoid() => T.Apply(new Sigmoid(), (T)x);
        public T Tanh() => T.Apply(new Tanh(), (T)x);
        public T Softplus() => T.Apply(new Softplus(), (T)x);

        /// <summary>SiLU: x·σ(x) (Hendrycks and Gimpel, 2016).</summary>
        public T Silu() => (T)x * x.Sigmoid();

        /// <summary>
        /// GELU in its tanh form, x·(1 + tanh(u))/2 with u = √(2/π)·(x + 0.044715·x³) (Hendrycks and Gimpel, 2016). (1 + tanh(u))/2 is
        /// σ(2u), which cancels nowhere.
        /// </summary>
        public T Gelu() => (T)x * (((T)x + x.Pow(3) * GeluCubic) * GeluSlope).Sigmoid();
    }
}
