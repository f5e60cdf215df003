namespace MicroGpt.Autograd;

/// <summary>
/// A residue modulo the prime 2⁶¹ - 1, and the plain number that decides branches. Sums, products and whole powers are exact, so
/// polynomial identities hold without any rounding. Every other function of an argument is a free symbol, and so is a variable. The
/// derivative of a symbol is the formal one. If the residues of symbols were drawn, two formulas that differ would have the same residue
/// with a probability of at most their degree divided by the prime (Schwartz, 1980; Zippel, 1979). A fixed hash of the name and the
/// argument takes the place of the draw, so that equal symbols have equal residues.
/// </summary>
public readonly record struct Modular(double Plain, ulong Residue) : IEvaluated<Modular>
{
    /// <summary>2⁶¹ - 1.</summary>
    public const ulong Prime = (1UL << 61) - 1;

    // Significands of double precision, and the exponents of their last bits, from the bits of a number.
    private const int SignificandBits = 52, Bias = 1075;

    /// <summary>A finite number, exactly: it is m·2ᵉ with whole m and e, and 2⁶¹ is 1.</summary>
    public static Modular Constant(double value) => new(value, ResidueOf(value));

    /// <summary>A variable at a number: a free symbol of its name and the number. Variables of two names have two residues.</summary>
    public static Modular Variable(string name, double value) => new(value, Symbol(name, BitConverter.DoubleToUInt64Bits(value)));

    // What follows from an infinite number, as in an attention mask, is a constant.
    public static Modular Apply<TOp>(TOp op, Modular x) where TOp : struct, IUnaryOp
    {
        var y = op.Forward(x.Plain);
        if (double.IsInfinity(x.Plain)) return Constant(y);
        return new(y, (object)op switch
        {
            Pow { Exponent: var k } => Power(x.Residue, k),
            Autograd.Reciprocal => Inverse(x.Residue),
            Relu => x.Plain > 0 ? x.Residue : 0,
            Step or IsZero => ResidueOf(y),
            _ => Symbol(op.Name, x.Residue),
        });
    }

    public static Modular Apply<TOp>(TOp op, Modular x, Modular y) where TOp : struct, IBinaryOp
    {
        var z = op.Forward(x.Plain, y.Plain);
        if (double.IsInfinity(x.Plain) || double.IsInfinity(y.Plain)) return Constant(z);
        return new(z, (object)op switch
        {
            Add => (x.Residue + y.Residue) % Prime,
            Mul => Product(x.Residue, y.Residue),
            Quotient => Product(x.Residue, Inverse(y.Residue)),
            _ => Symbol(op.Name, x.Residue, y.Residue),
        });
    }

    public override string ToString() => FormattableString.Invariant($"{Plain} ~ {Residue}");

    private static ulong ResidueOf(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return 0;
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var (exponent, significand) = ((int)(bits >> SignificandBits & 0x7FF), bits & ((1UL << SignificandBits) - 1));
        var whole = exponent == 0 ? significand : significand | 1UL << SignificandBits;
        var shift = ((Math.Max(exponent, 1) - Bias) % 61 + 61) % 61;
        var residue = Product(whole, 1UL << shift);
        return value < 0 ? Prime - residue : residue;
    }

    private static ulong Product(ulong x, ulong y) => (ulong)((UInt128)x * y % Prime);

    // xᵏ = x^⌊k⌋·(x to the rest), of which the second factor is a free symbol. So x·xᵏ⁻¹ = xᵏ for every k.
    private static ulong Power(ulong x, double k)
    {
        var (whole, rest) = (Math.Floor(k), k - Math.Floor(k));
        if (!(Math.Abs(whole) < 1L << SignificandBits)) return Symbol("pow", x, BitConverter.DoubleToUInt64Bits(k));
        var power = WholePower(whole < 0 ? Inverse(x) : x, (ulong)Math.Abs(whole));
        return rest == 0 ? power : Product(power, Symbol("pow", x, BitConverter.DoubleToUInt64Bits(rest)));
    }

    private static ulong WholePower(ulong x, ulong k)
    {
        var power = 1UL;
        for (; k > 0; k >>= 1, x = Product(x, x))
            if ((k & 1) == 1) power = Product(power, x);
        return power;
    }

    // Fermat: x·xᵖ⁻² = 1. The inverse of 0 is taken as 0.
    private static ulong Inverse(ulong x) => WholePower(x, Prime - 2);

    // A hash of the name and the arguments (Steele, Lea and Flood, 2014).
    private static ulong Symbol(string name, ulong x, ulong y = 0) =>
        Mixed(Mixed(name.Aggregate(Mixed(y), (hash, letter) => Mixed(hash ^ letter)) ^ x)) % Prime;

    private static ulong Mixed(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }
}
