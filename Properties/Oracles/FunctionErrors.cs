using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using static MicroGpt.Properties.MeasuredFunction;

namespace MicroGpt.Properties;

/// <summary>
/// How far the functions of the engines are off, against references that are right to far more digits. In double precision, these are of
/// 320 bits, on arguments that are drawn. In single precision they are the functions of the C library in double precision, on every float
/// of the domain, or every n-th.
/// </summary>
public static class FunctionErrors
{
    /// <summary>A prime stride: each exponent occurs about 2,000 times, with different last bits.</summary>
    public const int Stride = 4099;

    /// <summary>-80·log 2: the exponential of a smaller number is flushed to zero in single precision.</summary>
    public const float LowestSingle = -55.451774f;

    // -900·log 2, the same in double precision.
    private const double LowestDouble = -623.83246;

    // Beyond 20, tanh and the sigmoid are constant in single precision, and gelu is its argument or 0.
    private static readonly ImmutableArray<(float, float)> SignedTo20 = [(0, 20), (-0.0f, -20)];

    // 2⁻¹²⁶, the smallest normal number, to the largest.
    private static readonly ImmutableArray<(float, float)> Normal = [(1.17549435e-38f, float.MaxValue)];

    /// <summary>All functions.</summary>
    public static ImmutableArray<MeasuredFunction> All { get; } =
    [
        InDouble("exp", "double, scalar", 1, u => 1400 * u - 700, Math.Exp, BigFloat.Exp),
        // One unit where a multiply-add rounds once. Without that instruction it rounds twice, and the remainder of x loses a bit.
        InDouble("exp", "double, vector", 2, u => LowestDouble * u, x => Simd.Exp(Vector512.Create(x))[0], BigFloat.Exp),
        InSingle("exp", "single, vector", 2, [(LowestSingle, -0.0f)], Simd.Exp, Math.Exp),
        InDouble("log", "double, scalar", 1, u => Magnitude(u, 300), Math.Log, BigFloat.Log),
        // The logarithm of a sum of exponentials, the largest of which is 1.
        InSingle("log", "single, scalar", 1, [(1, float.MaxValue)], x => Lanes(x, float.Log), Math.Log),
        InDouble("pow -1/2", "double, scalar", 1, u => Magnitude(u, 300), x => Math.Pow(x, -0.5), x => BigFloat.Pow(x, -0.5)),
        InSingle("pow -1/2", "single, rounded", 1, Normal, Rounded(new Pow(-0.5)), x => 1 / Math.Sqrt(x)),
        InDouble("pow 2.7", "double, scalar", 1, u => Magnitude(u, 100), x => Math.Pow(x, 2.7), x => BigFloat.Pow(x, 2.7)),
        // Every argument whose power is a normal number.
        InSingle("pow 2.7", "single, rounded", 1, [(9.06e-15f, 1.86e14f)], Rounded(new Pow(2.7)),
            x => Math.Exp(2.7 * Math.Log(x))),
        InDouble("1/sqrt", "double, vector", 2, u => Magnitude(u, 300), x => Simd.ReciprocalSqrt(Vector512.Create(x))[0],
            x => BigFloat.Pow(x, -0.5)),
        InSingle("1/sqrt", "single, vector", 3, Normal, Simd.ReciprocalSqrt, x => 1 / Math.Sqrt(x)),
        InDouble("tanh", "double, scalar", 2, SmallAndLarge, x => new Real(x).Tanh().Plain, BigFloat.Tanh),
        InDouble("tanh", "double, vector", 3, SmallAndLarge, x => Simd.Tanh(Vector512.Create(x))[0], BigFloat.Tanh),
        InSingle("tanh", "single, vector", 3, SignedTo20, Simd.Tanh, Math.Tanh),
        InDouble("sigmoid", "double, scalar", 2, u => 1200 * u - 600, x => new Real(x).Sigmoid().Plain, BigFloat.Sigmoid),
        InDouble("sigmoid", "double, vector", 3, u => 1200 * u - 600, x => Simd.Sigmoid(Vector512.Create(x))[0], BigFloat.Sigmoid),
        InSingle("sigmoid", "single, vector", 3, [(0, 20), (-0.0f, LowestSingle)], Simd.Sigmoid, Sigmoid),
        InDouble("softplus", "double, scalar", 3, u => 1200 * u - 600, x => new Real(x).Softplus().Plain, BigFloat.Softplus),
        // A rounding error of u is a relative error of σ(u) that grows with |u|. Where |u| is large, x·σ(u) is small beside x, or is x.
        InDouble("gelu", "double, scalar", 3, u => 40 * u - 20, x => new Real(x).Gelu().Plain, ExactGelu, UnitsOf.Argument),
        InDouble("gelu", "double, vector", 3, u => 40 * u - 20, x => Gelu(Vector512.Create(x))[0], ExactGelu, UnitsOf.Argument),
        InSingle("gelu", "single, vector", 3, SignedTo20, Gelu, x => x * Sigmoid(Gate(x)), UnitsOf.Argument),
        // The derivative of gelu is from -0.13 to 1.13, and crosses 0 at -0.75.
        InDouble("gelu'", "double, vector", 3, u => 40 * u - 20, x => GeluSlope(Vector512.Create(x))[0], ExactGeluSlope, UnitsOf.One),
        InSingle("gelu'", "single, vector", 3, SignedTo20, GeluSlope,
            x => Sigmoid(Gate(x)) * (1 + x * Sigmoid(-Gate(x)) * Operations.GeluSlope * (1 + 3 * Operations.GeluCubic * x * x)),
            UnitsOf.One),
    ];

    /// <summary>The heading of the table of errors.</summary>
    public const string Heading =
        "function   engine            units of   at most   measured   at                       arguments       seconds";

    /// <summary>The first columns of a row of the table: function, engine, units, and the largest error that is claimed.</summary>
    public static string Claim(MeasuredFunction function)
    {
        var units = $"{function.UnitsOf}".ToLowerInvariant();
        return FormattableString.Invariant($"{function.Name,-10} {function.Engine,-17} {units,-10} {function.Most}");
    }

    /// <summary>A row of the table: the claim, the measurement, and how long it took; and true if the claim holds.</summary>
    public static (string Row, bool Holds) Compare(MeasuredFunction function, int stride)
    {
        var (clock, error) = (Stopwatch.StartNew(), function.Measure(stride));
        return (
            FormattableString.Invariant($"{Claim(function),-49} {error.Units,-10:F3} {error.At,-24:R} {error.Arguments,-15:N0} ")
                + FormattableString.Invariant($"{clock.Elapsed.TotalSeconds:F0}"),
            error.Units <= function.Most);
    }

    /// <summary>A number of either sign, from 2e-19 to 20, for a draw from 0 to 1.</summary>
    public static double SmallAndLarge(double u) => (u < 0.5 ? -1 : 1) * Math.Pow(10, (2 * u % 1 - 1) * 20) * 20;

    /// <summary>A function of one number, for each lane.</summary>
    public static Vector512<float> Lanes(Vector512<float> x, Func<float, float> function)
    {
        var y = x;
        for (var lane = 0; lane < Vector512<float>.Count; lane++) y = y.WithElement(lane, function(x[lane]));
        return y;
    }

    // The kernel of an operation without a vector form.
    private static Func<Vector512<float>, Vector512<float>> Rounded(Pow op) => x =>
    {
        var data = new float[Vector512<float>.Count];
        x.CopyTo(data);
        var buffer = new MatrixBuffer<float>(data, 0, data.Length);
        ElementwiseKernels.Run(new Pointwise<Pow>(op), 1, data.Length, buffer, buffer, buffer);
        return Vector512.Create(data);
    };

    private static Vector512<T> Gelu<T>(Vector512<T> x) where T : unmanaged, INumber<T> => ElementwiseKernels.VectorGelu.Forward(x, x);

    private static Vector512<T> GeluSlope<T>(Vector512<T> x) where T : unmanaged, INumber<T> =>
        ElementwiseKernels.VectorGeluPullback.Forward(x, Vector512<T>.One);

    private static double Gate(double x) => Operations.GeluSlope * (x + Operations.GeluCubic * x * x * x);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static BigFloat ExactGelu(double x) => BigFloat.Of(x) * BigFloat.Sigmoid(ExactGate(x));

    // σ(u)·(1 + x·σ(-u)·du/dx).
    private static BigFloat ExactGeluSlope(double x)
    {
        var slope = BigFloat.Of(Operations.GeluSlope) * (One + BigFloat.Of(3) * BigFloat.Of(Operations.GeluCubic) * Square(x));
        return BigFloat.Sigmoid(ExactGate(x)) * (One + BigFloat.Of(x) * BigFloat.Sigmoid(-ExactGate(x)) * slope);
    }

    private static BigFloat ExactGate(double x) =>
        BigFloat.Of(Operations.GeluSlope) * BigFloat.Of(x) * (One + BigFloat.Of(Operations.GeluCubic) * Square(x));

    private static BigFloat One => BigFloat.Of(1);

    private static BigFloat Square(double x) => BigFloat.Of(x) * BigFloat.Of(x);

    private static double Magnitude(double u, double decades) => Math.Pow(10, (2 * u - 1) * decades);
}
