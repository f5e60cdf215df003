using System.Numerics;

namespace MicroGpt.Autograd;

// The complete algorithm needs six operations: add, mul, pow, log, exp and relu. The derivatives of log and relu need two more, and Adam
// needs one.
// Each operation is a struct that states its value and its derivative. Methods and operators follow at the end.

/// <summary>z = x + y,  dz = dx + dy.</summary>
public readonly struct Add : IBinaryOp
{
    public string Name => "add";
    public double Forward(double x, double y) => x + y;
    public Complex Forward(Complex x, Complex y) => x + y;
    public Bounds Forward(Bounds x, Bounds y) => x + y;
    public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (T.Constant(1), T.Constant(1));
}

/// <summary>z = x·y,  dz = y·dx + x·dy.</summary>
public readonly struct Mul : IBinaryOp
{
    public string Name => "mul";
    public double Forward(double x, double y) => x * y;
    public Complex Forward(Complex x, Complex y) => x * y;
    public Bounds Forward(Bounds x, Bounds y) => x * y;
    public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (y, x);
}

/// <summary>y = xᵏ for a constant k,  dy/dx = k·xᵏ⁻¹.</summary>
public readonly struct Pow(double k) : IUnaryOp
{
    /// <summary>The exponent k.</summary>
    public double Exponent => k;

    public string Name => FormattableString.Invariant($"pow({k})");
    public double Forward(double x) => Math.Pow(x, k);

    // xᵏ = (Re x)ᵏ·(1 + iε)ᵏ with ε = Im x / Re x. Complex.Pow would lose a tiny imaginary part if the real part is negative. If the real
    // part is 0, the angle is k right angles, whose sine and cosine are exact for a whole k.
    public Complex Forward(Complex x) => x.Real == 0
        ? Math.Pow(Math.Abs(x.Imaginary), k) * new Complex(double.CosPi(k / 2), double.SinPi(k / 2) * (x.Imaginary < 0 ? -1 : 1))
        : Math.Pow(x.Real, k) * Complex.FromPolarCoordinates(
            Math.Pow(double.Hypot(1, x.Imaginary / x.Real), k), k * Math.Atan(x.Imaginary / x.Real));

    // An even power falls to 0 and rises again. Every other power is monotone wherever it exists.
    public Bounds Forward(Bounds x) => k == 0 ? Bounds.Of(1)
        : (k % 1 != 0 && x.Low < 0) || (k < 0 && x.Contains(0)) ? Bounds.Everything
        : k % 2 == 0 || x.Low >= 0 ? x.Absolute.Monotone(Forward, units: 1).NotBelow(0)
        : x.Monotone(Forward, units: 1);

    public T Partial<T>(T x, T y) where T : IReal<T> => k == 0 ? T.Constant(0) : x.Pow(k - 1) * k;
}

/// <summary>y = ln x,  dy/dx = 1/x.</summary>
public readonly struct Log : IUnaryOp
{
    public string Name => "log";
    public double Forward(double x) => Math.Log(x);
    public Complex Forward(Complex x) => Complex.Log(x);
    public Bounds Forward(Bounds x) => x.Monotone(Math.Log, units: 1);
    public T Partial<T>(T x, T y) where T : IReal<T> => x.Reciprocal();
}

/// <summary>y = eˣ,  dy/dx = y.</summary>
public readonly struct Exp : IUnaryOp
{
    public string Name => "exp";
    public double Forward(double x) => Math.Exp(x);
    public Complex Forward(Complex x) => Complex.Exp(x);
    public Bounds Forward(Bounds x) => x.Monotone(Math.Exp, units: 1).NotBelow(0);
    public T Partial<T>(T x, T y) where T : IReal<T> => y;
}

/// <summary>y = max(0, x),  dy/dx = step y. Step y equals step x, so x need not be kept.</summary>
public readonly struct Relu : IUnaryOp
{
    public string Name => "relu";
    public double Forward(double x) => x <= 0 ? 0 : x;
    public Complex Forward(Complex x) => x.Real > 0 ? x : 0;
    public Bounds Forward(Bounds x) => x.Monotone(Forward, units: 0);
    public T Partial<T>(T x, T y) where T : IReal<T> => y.Step();
    public int Branch(double x) => x > 0 ? 1 : 2;
}

/// <summary>The derivative of relu: y = 1 if x &gt; 0 else 0,  dy/dx = 0.</summary>
public readonly struct Step : IUnaryOp
{
    public string Name => "step";
    public double Forward(double x) => x > 0 ? 1 : 0;
    public Complex Forward(Complex x) => x.Real > 0 ? 1 : 0;
    public Bounds Forward(Bounds x) => x.Monotone(Forward, units: 0);
    public T Partial<T>(T x, T y) where T : IReal<T> => T.Constant(0);
    public int Branch(double x) => x > 0 ? 1 : 2;
}

/// <summary>The derivative of log: y = 1/x,  dy/dx = -y². For about one x in a thousand, Pow with k = -1 has another last bit.</summary>
public readonly struct Reciprocal : IUnaryOp
{
    public string Name => "reciprocal";
    public double Forward(double x) => 1 / x;
    public Complex Forward(Complex x) => 1 / x;
    public Bounds Forward(Bounds x) => Bounds.Of(1) / x;
    public T Partial<T>(T x, T y) where T : IReal<T> => -(y * y);
}

/// <summary>
/// z = x/y, rounded once,  dz = dx/y - z·dy/y. The operator / is x·y⁻¹, as the Python original divides its Values, and rounds twice. A
/// quotient is for places where the original divides plain numbers, as Adam does.
/// </summary>
public readonly struct Quotient : IBinaryOp
{
    public string Name => "quotient";
    public double Forward(double x, double y) => x / y;
    public Complex Forward(Complex x, Complex y) => x / y;
    public Bounds Forward(Bounds x, Bounds y) => x / y;
    public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (y.Reciprocal(), -z.Over(y));
}

/// <summary>Operations as methods and operators, for all kinds of numbers.</summary>
public static partial class Operations
{
    // The receiver is the interface, so that subtypes also have the methods. Variable, for example, is a subtype of Expr.
    extension<T>(IReal<T> x) where T : IReal<T>
    {
        public T Pow(double k) => T.Apply(new Pow(k), (T)x);
        public T Log() => T.Apply(new Log(), (T)x);
        public T Exp() => T.Apply(new Exp(), (T)x);
        public T Relu() => T.Apply(new Relu(), (T)x);
        public T Step() => T.Apply(new Step(), (T)x);
        public T Reciprocal() => T.Apply(new Reciprocal(), (T)x);
        public T Over(T y) => T.Apply(new Quotient(), (T)x, y);
    }

    // Arithmetic operators are defined here once, for all kinds of numbers.
    extension<T>(T) where T : IReal<T>
    {
        public static T operator +(T x, T y) => T.Apply(new Add(), x, y);
        public static T operator *(T x, T y) => T.Apply(new Mul(), x, y);
        public static T operator -(T x) => x * T.Constant(-1);
        public static T operator -(T x, T y) => x + -y;
        public static T operator /(T x, T y) => x * y.Pow(-1);
        public static T operator +(T x, double c) => x + T.Constant(c);
        public static T operator -(T x, double c) => x + T.Constant(-c);
        public static T operator *(T x, double c) => x * T.Constant(c);
        public static T operator /(T x, double c) => x * T.Constant(Math.Pow(c, -1));
        public static T operator +(double c, T x) => T.Constant(c) + x;
        public static T operator -(double c, T x) => T.Constant(c) - x;
        public static T operator *(double c, T x) => T.Constant(c) * x;
        public static T operator /(double c, T x) => T.Constant(c) / x;
    }
}

// The operators above, through .NET's generic-math interfaces. Languages without extension operators, such as F#, need these.
public partial interface IReal<T> :
    IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>,
    IUnaryNegationOperators<T, T>
{
    static T IAdditionOperators<T, T, T>.operator +(T x, T y) => Operations.op_Addition(x, y);
    static T ISubtractionOperators<T, T, T>.operator -(T x, T y) => Operations.op_Subtraction(x, y);
    static T IMultiplyOperators<T, T, T>.operator *(T x, T y) => Operations.op_Multiply(x, y);
    static T IDivisionOperators<T, T, T>.operator /(T x, T y) => Operations.op_Division(x, y);
    static T IUnaryNegationOperators<T, T>.operator -(T x) => Operations.op_UnaryNegation(x);
}
