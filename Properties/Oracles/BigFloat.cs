using System.Numerics;

namespace MicroGpt.Properties;

/// <summary>
/// A binary floating-point number with 320 bits of precision, as a reference for double precision. Each operation is exact up to a relative
/// error of 2⁻³¹⁸. The functions sum their series to terms below that error, so their own error is below 2⁻³⁰⁰.
/// </summary>
public readonly record struct BigFloat(BigInteger Mantissa, int Exponent)
{
    private const int Bits = 320;

    private static readonly BigFloat LogOfTwo = Of(2) * AreaTangent(Of(1) / Of(3));

    /// <summary>A finite double, exactly.</summary>
    public static BigFloat Of(double x)
    {
        if (x == 0) return default;
        var exponent = Math.Max(Math.ILogB(x), -1022) - 52;
        return new((BigInteger)Math.ScaleB(x, -exponent), exponent);
    }

    public static BigFloat operator +(BigFloat x, BigFloat y)
    {
        if (x.Mantissa.IsZero || y.Mantissa.IsZero) return x.Mantissa.IsZero ? y : x;
        if (x.Exponent < y.Exponent) return y + x;
        // Beyond this distance y is below the precision of x.
        var shift = x.Exponent - y.Exponent;
        return shift > 4 * Bits ? x : Rounded((x.Mantissa << shift) + y.Mantissa, y.Exponent);
    }

    public static BigFloat operator -(BigFloat x) => new(-x.Mantissa, x.Exponent);

    public static BigFloat operator -(BigFloat x, BigFloat y) => x + -y;

    public static BigFloat operator *(BigFloat x, BigFloat y) => Rounded(x.Mantissa * y.Mantissa, x.Exponent + y.Exponent);

    public static BigFloat operator /(BigFloat x, BigFloat y) =>
        Rounded((x.Mantissa << (2 * Bits)) / y.Mantissa, x.Exponent - y.Exponent - 2 * Bits);

    /// <summary>eˣ = 2ⁿ·eʳ, where n = round(x / ln 2), and Taylor's series has eʳ - 1. |x| must be at most 3,000.</summary>
    public static BigFloat Exp(BigFloat x)
    {
        var n = (int)Math.Round((double)x / Math.Log(2));
        return new BigFloat(1, n) * (ExpMinusOneSeries(x - Of(n) * LogOfTwo) + Of(1));
    }

    /// <inheritdoc cref="Exp(BigFloat)"/>
    public static BigFloat Exp(double x) => Exp(Of(x));

    /// <summary>
    /// log x = n·log 2 + 2·artanh((m - 1)/(m + 1)), where x = 2ⁿ·m and m is from 2/3 to 4/3. x must be normal and above 0.
    /// </summary>
    public static BigFloat Log(double x)
    {
        var n = Math.ILogB(x * 0.75) + 1;
        var m = Of(Math.ScaleB(x, -n));
        return Of(n) * LogOfTwo + Of(2) * AreaTangent((m - Of(1)) / (m + Of(1)));
    }

    /// <summary>xʸ = e^(y·log x), for a normal x above 0.</summary>
    public static BigFloat Pow(double x, double y) => Exp(Of(y) * Log(x));

    /// <summary>tanh x = (e²ˣ - 1)/(e²ˣ + 1), without cancellation for small x.</summary>
    public static BigFloat Tanh(double x) => ExpMinusOne(2 * x) / (Exp(2 * x) + Of(1));

    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    public static BigFloat Sigmoid(BigFloat x) => Of(1) / (Of(1) + Exp(-x));

    /// <inheritdoc cref="Sigmoid(BigFloat)"/>
    public static BigFloat Sigmoid(double x) => Sigmoid(Of(x));

    /// <summary>log(1 + eˣ) = max(0, x) + log(1 + e^-|x|).</summary>
    public static BigFloat Softplus(double x) => Of(Math.Max(0, x)) + LogOfOnePlus(Exp(-Math.Abs(x)));

    /// <summary>eˣ - 1, without cancellation for small x.</summary>
    public static BigFloat ExpMinusOne(double x) => Math.Abs(x) < 0.3 ? ExpMinusOneSeries(Of(x)) : Exp(x) - Of(1);

    /// <summary>log(1 + x) = 2·artanh(x / (2 + x)), for x from 0 to 1.</summary>
    public static BigFloat LogOfOnePlus(BigFloat x) => Of(2) * AreaTangent(x / (Of(2) + x));

    /// <summary>The difference from a double, in units in the last place of that double; at least units of 2⁻¹⁰⁷⁴.</summary>
    public double UnitsFrom(double x) => UnitsFrom(x, x);

    /// <summary>The difference from a double, in units in the last place of <paramref name="other"/>.</summary>
    public double UnitsFrom(double x, double other) =>
        Math.Abs((double)((this - Of(x)) / Of(Math.BitIncrement(Math.Abs(other)) - Math.Abs(other))));

    public static explicit operator double(BigFloat x)
    {
        var excess = (int)x.Mantissa.GetBitLength() - 60;
        return Math.ScaleB((double)(excess > 0 ? x.Mantissa >> excess : x.Mantissa), x.Exponent + Math.Max(excess, 0));
    }

    private static BigFloat ExpMinusOneSeries(BigFloat x)
    {
        var (sum, term) = (x, x);
        for (var k = 2; k < 90; k++) sum += term = term * x / Of(k);
        return sum;
    }

    // artanh x = x + x³/3 + x⁵/5 + …, for |x| at most 1/3.
    private static BigFloat AreaTangent(BigFloat x)
    {
        var (sum, power) = (x, x);
        for (var k = 3; k < 205; k += 2) sum += (power = power * x * x) / Of(k);
        return sum;
    }

    private static BigFloat Rounded(BigInteger mantissa, int exponent)
    {
        var excess = (int)mantissa.GetBitLength() - Bits;
        return mantissa.IsZero ? default : excess > 0 ? new(mantissa >> excess, exponent + excess) : new(mantissa, exponent);
    }
}
