using System.Numerics;

namespace MicroGpt.Autograd;

// The power whose exponent is a variable. A constant exponent has an operation of its own, Pow, with a larger domain.

/// <summary>y = 1 if x = 0 else 0,  dy/dx = 0. The derivatives of <see cref="Power"/> need it.</summary>
public readonly struct IsZero : IUnaryOp
{
    public string Name => "iszero";
    public double Forward(double x) => x == 0 ? 1 : 0;
    public Complex Forward(Complex x) => x.Real == 0 ? 1 : 0;
    public Bounds Forward(Bounds x) => !x.Contains(0) ? Bounds.Of(0) : x.IsPoint ? Bounds.Of(1) : new(0, 1);
    public T Partial<T>(T x, T y) where T : IReal<T> => T.Constant(0);
    public int Branch(double x) => x < 0 ? 1 : x == 0 ? 2 : 3;
}

/// <summary>
/// z = xʸ,  dz = y·xʸ⁻¹·dx + z·log x·dy. If x is negative, z exists only for a whole y, so dz/dy is NaN. By convention, dz/dx is 0 at
/// y = 0, and dz/dy is 0 at x = 0 if y ≥ 0, as in PyTorch.
/// </summary>
public readonly struct Power : IBinaryOp
{
    public string Name => "power";
    public double Forward(double x, double y) => Math.Pow(x, y);

    // x^(a + ib) = xᵃ·exp(ib·log x). A negative x has no real logarithm.
    public Complex Forward(Complex x, Complex y) => new Pow(y.Real).Forward(x) switch
    {
        var z when y.Imaginary == 0 || z == 0 => z,
        var z => x.Real < 0 ? new(double.NaN, double.NaN) : z * Complex.Exp(new Complex(0, y.Imaginary) * Complex.Log(x)),
    };

    // A positive x has a power that is monotone in x and in y.
    public Bounds Forward(Bounds x, Bounds y) => y.IsPoint ? new Pow(y.Low).Forward(x)
        : x.Low > 0 || (x.Low == 0 && y.Low > 0) ? Bounds.AtCorners(x, y, (a, b) => Bounds.Around(Math.Pow(a, b), units: 1)).NotBelow(0)
        : Bounds.Everything;

    // At y = 0, the exponent y - 1 becomes 0. At x = 0, the argument of log becomes 1. Otherwise 0·∞ would be NaN.
    public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (y * x.Pow(y - 1 + y.IsZero()), z * (x + x.IsZero()).Log());
}

public static partial class Operations
{
    extension<T>(IReal<T> x) where T : IReal<T>
    {
        public T IsZero() => T.Apply(new IsZero(), (T)x);
        public T Pow(T y) => T.Apply(new Power(), (T)x, y);
    }
}
