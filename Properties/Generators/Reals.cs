using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>Generators of real numbers, in which all orders of magnitude are equally likely.</summary>
public static class Reals
{
    private const int Fine = 1 << 30;

    /// <summary>The numbers that shrinking prefers, simplest first.</summary>
    private static readonly double[] Simple = [1, 2, -1, 3, 0.5, -2];

    /// <summary>Numbers of both signs, within six orders of magnitude of one.</summary>
    public static Arbitrary<double> Any { get; } = Arb.From(Signed(1e-6, 1e6), Simpler);

    /// <summary>Positive numbers, uniform in their logarithm.</summary>
    public static Gen<double> Positive(double smallest, double largest) =>
        Gen.Choose(0, Fine).Select(u => smallest * Math.Pow(largest / smallest, (double)u / Fine));

    /// <summary>Numbers of both signs, uniform in the logarithm of their size.</summary>
    public static Gen<double> Signed(double smallest, double largest) =>
        from x in Positive(smallest, largest) from sign in Gen.Elements(1, -1) select sign * x;

    /// <summary>Simpler numbers: the preferred ones, then shorter ones.</summary>
    public static IEnumerable<double> Simpler(double x)
    {
        foreach (var simple in Simple)
        {
            if (simple.Equals(x)) yield break;
            yield return simple;
        }
        foreach (var digits in (int[])[1, 2, 4])
            if (Rounded(x, digits) is var rounded && Length(rounded) < Length(x)) yield return rounded;
    }

    private static double Rounded(double x, int digits) =>
        double.Parse(x.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static int Length(double x) => x.ToString("R", CultureInfo.InvariantCulture).Length;
}
