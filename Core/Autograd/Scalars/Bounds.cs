namespace MicroGpt.Autograd;

// Interval arithmetic (Moore, 1966). An end that was rounded inward is moved outward to the next number, so the processor's rounding mode
// stays as it is (Rump, Ogita and Oishi, 2009). The exact result is within the bounds, and so is the result that rounding makes of it.

public readonly partial record struct Bounds
{
    // Below this size, the error of a product is not a number of double precision.
    private static readonly double SmallestProduct = Math.ScaleB(1, -960);

    // The widest bounds that say something of a number, relative to its size.
    private const double Widest = 1e-6;

    /// <summary>The bounds of one number; <see cref="Everything"/> for NaN.</summary>
    public static Bounds Of(double x) => Between(x, x);

    /// <summary>True if the bounds are infinite on both sides. They then include NaN, too.</summary>
    public bool SayNothing => double.IsNegativeInfinity(Low) && double.IsPositiveInfinity(High);

    /// <summary>True if the bounds are wider than a millionth of a number of this size. They then say nothing of it.</summary>
    public bool SayNothingOf(double size) => !(Width <= Widest * size);

    /// <summary>The least size |x| of the largest of some numbers, given the bounds of each. An infinite number is left out.</summary>
    public static double LargestSize(IEnumerable<Bounds> bounds) =>
        bounds.Select(x => x.Absolute.Low).Where(double.IsFinite).DefaultIfEmpty(0).Max();

    /// <summary>True if the bounds are one number.</summary>
    public bool IsPoint => Low == High;

    /// <summary>The distance of the ends.</summary>
    public double Width => IsPoint ? 0 : High - Low;

    /// <summary>True if a number is within the bounds.</summary>
    public bool Contains(double x) => SayNothing || (Low <= x && x <= High);

    /// <summary>True if some number is within both bounds.</summary>
    public bool Meet(Bounds other) => Low <= other.High && other.Low <= High;

    /// <summary>Bounds of |x|.</summary>
    public Bounds Absolute => new(Math.Max(0, Math.Max(Low, -High)), Math.Max(-Low, High));

    /// <summary>The bounds without the numbers below a limit.</summary>
    public Bounds NotBelow(double limit) => this with { Low = Math.Max(Low, limit) };

    /// <summary>
    /// Bounds of a function that only rises or only falls within these bounds, and whose computed value is at most
    /// <paramref name="units"/> units in the last place off.
    /// </summary>
    public Bounds Monotone(Func<double, double> f, int units) => Hull(Around(f(Low), units), Around(f(High), units));

    /// <summary>Bounds of a function of two numbers that, with either of them fixed, only rises or only falls in the other one.</summary>
    public static Bounds AtCorners(Bounds x, Bounds y, Func<double, double, Bounds> f) =>
        Hull(Hull(f(x.Low, y.Low), f(x.Low, y.High)), Hull(f(x.High, y.Low), f(x.High, y.High)));

    /// <summary>
    /// Bounds of the exact and of every computed value of a function up to a computed end, each of which may be a number of units in the
    /// last place off. So the bounds reach twice as far. A unit is at most two steps from one number to the next.
    /// </summary>
    public static Bounds Around(double value, int units)
    {
        var (low, high) = (value, value);
        for (var step = 0; step < 4 * units; step++) (low, high) = (Math.BitDecrement(low), Math.BitIncrement(high));
        return Between(low, high);
    }

    public static Bounds operator +(Bounds x, Bounds y) => new(Sum(x.Low, y.Low).Low, Sum(x.High, y.High).High);

    public static Bounds operator *(Bounds x, Bounds y) => AtCorners(x, y, Product);

    /// <summary>x/y, which says nothing if y may be 0.</summary>
    public static Bounds operator /(Bounds x, Bounds y) => y.Contains(0) ? Everything : AtCorners(x, y, (a, b) => Near(a / b, double.NaN));

    /// <summary>The ends, to the last digit.</summary>
    public override string ToString() => SayNothing ? "anything" : FormattableString.Invariant($"[{Low:R}, {High:R}]");

    // The error of a rounded sum is a number again (Knuth, 1969).
    private static Bounds Sum(double x, double y)
    {
        var (sum, most) = (x + y, x + y - x);
        return Near(sum, x - (sum - most) + (y - most));
    }

    private static Bounds Product(double x, double y)
    {
        var product = x * y;
        var isKnown = Math.Abs(product) >= SmallestProduct;
        return Near(product, x == 0 || y == 0 ? 0 : isKnown ? Math.FusedMultiplyAdd(x, y, -product) : double.NaN);
    }

    // Bounds of a rounded number and of the exact one, which is `error` away. NaN is an error of unknown sign.
    private static Bounds Near(double rounded, double error) =>
        Between(error >= 0 ? rounded : Math.BitDecrement(rounded), error <= 0 ? rounded : Math.BitIncrement(rounded));

    private static Bounds Hull(Bounds x, Bounds y) => new(Math.Min(x.Low, y.Low), Math.Max(x.High, y.High));

    // Both ends are NaN, or neither is.
    private static Bounds Between(double low, double high) => double.IsNaN(low) ? Everything : new(low, high);
}
