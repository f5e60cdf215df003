using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>The number in whose last place an error is counted: the exact result, the argument, or 1.</summary>
public enum UnitsOf { Result, Argument, One }

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
/// <param name="UnitsOf">The number in whose last place the units are.</param>
/// <param name="Measure">
/// The largest error over every <c>stride</c>-th argument in single precision, or over drawn arguments in double precision.
/// </param>
public sealed record MeasuredFunction(string Name, string Engine, double Most, UnitsOf UnitsOf, Func<int, FunctionError> Measure)
{
    private const int Draws = 2000, Chunk = 1 << 16;

    /// <summary>
    /// A function in double precision, on arguments that are made of draws from 0 to 1, against a reference of 320 bits.
    /// </summary>
    public static MeasuredFunction InDouble(
        string name, string engine, double most, Func<double, double> argument, Func<double, double> function,
        Func<double, BigFloat> exact, UnitsOf of = UnitsOf.Result)
    {
        return new(name, engine, most, of, _ => PythonRandom.Seed(1729).Repeat(Draws, random => random.Random()).Value
            .Select(u => Error(argument(u))).Aggregate((worst, error) => worst.Or(error)));

        FunctionError Error(double x)
        {
            var y = function(x);
            return new(exact(x).UnitsFrom(y, OneOf(of, x, y)), x, 1);
        }
    }

    /// <summary>
    /// A function in single precision, on every float of the domain or every n-th, against a reference in double precision. The numbers of
    /// an interval of the domain have one sign.
    /// </summary>
    public static MeasuredFunction InSingle(
        string name, string engine, double most, ImmutableArray<(float From, float To)> domain,
        Func<Vector512<float>, Vector512<float>> function, Func<double, double> exact, UnitsOf of = UnitsOf.Result)
    {
        return new(name, engine, most, of, stride => domain
            .Select(part => Worst(BitConverter.SingleToUInt32Bits(part.From), BitConverter.SingleToUInt32Bits(part.To), stride))
            .Aggregate((worst, error) => worst.Or(error)));

        // The floats between two are the whole numbers between their bits.
        FunctionError Worst(uint from, uint to, int stride)
        {
            var (first, count) = (Math.Min(from, to), (Math.Max(from, to) - Math.Min(from, to)) / (uint)stride + 1L);
            return Enumerable.Range(0, (int)((count + Chunk - 1) / Chunk)).AsParallel().AsOrdered().Select(chunk =>
            {
                var start = (long)chunk * Chunk;
                return WorstOfChunk(first + start * stride, (int)Math.Min(Chunk, count - start), stride);
            }).Aggregate((worst, error) => worst.Or(error));
        }

        FunctionError WorstOfChunk(long first, int count, int stride)
        {
            Span<float> x = stackalloc float[Vector512<float>.Count];
            var worst = new FunctionError(-1, double.NaN, count);
            for (var i = 0; i < count; i += x.Length)
            {
                // The last vector repeats the last argument.
                for (var lane = 0; lane < x.Length; lane++)
                    x[lane] = BitConverter.UInt32BitsToSingle((uint)(first + (long)Math.Min(i + lane, count - 1) * stride));
                var y = function(Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(x)));
                for (var lane = 0; lane < x.Length; lane++)
                {
                    var z = exact(x[lane]);
                    var units = Math.Abs(y[lane] - z) / UnitInSingle(OneOf(of, x[lane], z));
                    if (!(units <= worst.Units)) worst = worst with { Units = units, At = x[lane] };
                }
            }
            return worst;
        }
    }

    public override string ToString() => $"{Name} in {Engine}";

    private static double OneOf(UnitsOf of, double argument, double result) =>
        of switch { UnitsOf.Argument => argument, UnitsOf.One => 1, _ => result };

    // The unit in the last place of a number, rounded to single precision. It is 2^(e - 23), where e is the exponent of the number.
    private static double UnitInSingle(double x)
    {
        var exponent = (long)(BitConverter.DoubleToUInt64Bits(x) >> 52 & 0x7FF) - 1023;
        return BitConverter.UInt64BitsToDouble((ulong)(1023 - 23 + Math.Max(exponent, -126)) << 52);
    }
}
