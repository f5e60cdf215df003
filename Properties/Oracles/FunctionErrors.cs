using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>The largest error of a function over some arguments.</summary>
/// <param name="Units">The error, in units in the last place.</param>
/// <param name="At">The first argument with this error.</param>
/// <param name="Arguments">The number of arguments.</param>
public readonly record struct FunctionError(double Units, double At, long Arguments)
{
    /// <summary>The larger of two errors; of equal ones the first. The arguments add up.</summary>
    public FunctionError Or(FunctionError other) =>
        (other.Units > Units ? other : this) with { Arguments = Arguments + other.Arguments };
}

/// <summary>A function of an engine, and the error that it may have.</summary>
/// <param name="Name">The function.</param>
/// <param name="Engine">The precision and the kind of instructions.</param>
/// <param name="Most">The largest error that is claimed, in units in the last place.</param>
/// <param name="Measure">
/// The largest error over every <c>stride</c>-th argument in single precision, or over drawn arguments in double precision.
/// </param>
public sealed record MeasuredFunction(string Name, string Engine, double Most, Func<int, FunctionError> Measure)
{
    public override string ToString() => $"{Name} in {Engine}";
}

/// <summary>
/// How far the functions of the engines are off, against references that are right to far more digits. In double precision, these are of
/// 320 bits, on arguments that are drawn. In single precision they are the functions of the C library in double precision, on every float
/// of the domain, or every n-th.
/// </summary>
public static class FunctionErrors
{
    /// <summary>A prime stride: each exponent occurs about 2,000 times, with different last bits.</summary>
    public const int Stride = 4099;

    private const int Draws = 2000;

    // Below these, exponentials are flushed to zero: 80 and 900 times log 2.
    private const double LowestSingle = -55.451774, LowestDouble = -623.83246;

    /// <summary>All functions.</summary>
    public static ImmutableArray<MeasuredFunction> All { get; } =
    [
        Drawn("exp", "double, scalar", 1, u => 1400 * u - 700, Math.Exp, BigFloat.Exp),
        // One unit where a multiply-add rounds once. Without that instruction it rounds twice, and the remainder of x loses a bit.
        Drawn("exp", "double, vector", 2, u => LowestDouble * u, x => Simd.Exp(Vector512.Create(x))[0], BigFloat.Exp),
        Every("exp", "single, vector", 2, [(LowestSingle, -0.0f)], new VectorExp(), Math.Exp),
        Drawn("log", "double, scalar", 1, u => Magnitude(u, 300), Math.Log, BigFloat.Log),
        Drawn("pow -1/2", "double, scalar", 1, u => Magnitude(u, 300), x => Math.Pow(x, -0.5), x => BigFloat.Pow(x, -0.5)),
        Drawn("pow 2.7", "double, scalar", 1, u => Magnitude(u, 100), x => Math.Pow(x, 2.7), x => BigFloat.Pow(x, 2.7)),
        Drawn("1/sqrt", "double, vector", 2, u => Magnitude(u, 300), x => Simd.ReciprocalSqrt(Vector512.Create(x))[0],
            x => BigFloat.Pow(x, -0.5)),
        Every("1/sqrt", "single, vector", 3, [(1e-30, 3.4e38)], new VectorReciprocalSqrt(), x => 1 / Math.Sqrt(x)),
        Drawn("tanh", "double, scalar", 2, SignedTo20, x => new Real(x).Tanh().Plain, BigFloat.Tanh),
        Drawn("tanh", "double, vector", 3, SignedTo20, x => Simd.Tanh(Vector512.Create(x))[0], BigFloat.Tanh),
        // Odd in every bit: its sign is set last.
        Every("tanh", "single, vector", 3, [(float.Epsilon, 20)], default(ElementwiseKernels.VectorTanh), Math.Tanh),
        Drawn("sigmoid", "double, scalar", 2, u => 1200 * u - 600, x => new Real(x).Sigmoid().Plain, BigFloat.Sigmoid),
        Drawn("sigmoid", "double, vector", 3, u => 1200 * u - 600, x => Simd.Sigmoid(Vector512.Create(x))[0], BigFloat.Sigmoid),
        Every("sigmoid", "single, vector", 3, [(0.0f, 20), (LowestSingle, -0.0f)], default(ElementwiseKernels.VectorSigmoid),
            x => 1 / (1 + Math.Exp(-x))),
    ];

    /// <summary>The heading of the table of errors.</summary>
    public const string Heading = "function   engine            at most   measured   at                    arguments";

    /// <summary>A row of the table: the function, the claim and the measurement; and whether the claim holds.</summary>
    public static (string Row, bool Holds) Compare(MeasuredFunction function, int stride)
    {
        var error = function.Measure(stride);
        var (units, at) = (error.Units.ToString("F3", CultureInfo.InvariantCulture), error.At.ToString("R", CultureInfo.InvariantCulture));
        return (
            FormattableString.Invariant(
                $"{function.Name,-10} {function.Engine,-17} {function.Most,-9} {units,-10} {at,-21} {error.Arguments:N0}"),
            error.Units <= function.Most);
    }

    private static MeasuredFunction Drawn(
        string name, string engine, double most, Func<double, double> argument, Func<double, double> function,
        Func<double, BigFloat> exact) =>
        new(name, engine, most, _ => PythonRandom.Seed(1729).Repeat(Draws, random => random.Random()).Value
            .Select(u => argument(u)).Select(x => new FunctionError(exact(x).UnitsFrom(function(x)), x, 1))
            .Aggregate((worst, error) => worst.Or(error)));

    private static MeasuredFunction Every<TOp>(
        string name, string engine, double most, ImmutableArray<(double From, double To)> domain, TOp _, Func<double, double> exact)
        where TOp : struct, IVectorOp =>
        new(name, engine, most, stride => domain
            .Select(part => Measure<TOp>(Bits(part.From), Bits(part.To), stride, exact)).Aggregate((worst, error) => worst.Or(error)));

    // Both ends of an interval without a change of sign, as bits: the floats between them are the whole numbers between them.
    private static uint Bits(double end) => BitConverter.SingleToUInt32Bits((float)end);

    private static FunctionError Measure<TOp>(uint from, uint to, int stride, Func<double, double> exact) where TOp : struct, IVectorOp
    {
        const int Chunk = 1 << 16;
        var (first, count) = (Math.Min(from, to), (Math.Max(from, to) - Math.Min(from, to)) / (uint)stride + 1L);
        return Enumerable.Range(0, (int)((count + Chunk - 1) / Chunk)).AsParallel().AsOrdered().Select(chunk =>
        {
            var start = (long)chunk * Chunk;
            return MeasureChunk<TOp>(first + start * stride, (int)Math.Min(Chunk, count - start), stride, exact);
        }).Aggregate((worst, error) => worst.Or(error));
    }

    private static FunctionError MeasureChunk<TOp>(long first, int count, int stride, Func<double, double> exact)
        where TOp : struct, IVectorOp
    {
        Span<float> x = stackalloc float[Vector512<float>.Count];
        var worst = new FunctionError(-1, double.NaN, count);
        for (var i = 0; i < count; i += x.Length)
        {
            // The last vector repeats the last argument.
            for (var lane = 0; lane < x.Length; lane++)
                x[lane] = BitConverter.UInt32BitsToSingle((uint)(first + (long)Math.Min(i + lane, count - 1) * stride));
            var argument = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(x));
            var y = TOp.Forward(argument, argument);
            for (var lane = 0; lane < x.Length; lane++)
            {
                var units = Units(y[lane], exact(x[lane]));
                if (!(units <= worst.Units)) worst = worst with { Units = units, At = x[lane] };
            }
        }
        return worst;
    }

    // The distance from the exact result in units in its last place as a float, 2^(e - 23) with e the exponent in the bits of the result.
    private static double Units(float y, double exact)
    {
        var exponent = (long)(BitConverter.DoubleToUInt64Bits(exact) >> 52 & 0x7FF) - 1023;
        return Math.Abs(y - exact) * BitConverter.UInt64BitsToDouble((ulong)(1023 + 23 - Math.Max(exponent, -126)) << 52);
    }

    private static double Magnitude(double u, double decades) => Math.Pow(10, (2 * u - 1) * decades);

    private static double SignedTo20(double u) => (u < 0.5 ? -1 : 1) * Math.Pow(10, (2 * u % 1 - 1) * 20) * 20;

    private readonly struct VectorExp : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => Simd.Exp(x);
    }

    private readonly struct VectorReciprocalSqrt : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => Simd.ReciprocalSqrt(x);
    }
}
