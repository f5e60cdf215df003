using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>The verdict of a law on an input: it holds, or a complaint.</summary>
public static class Verdict
{
    /// <summary>The law holds if there are no complaints; the first one labels the failure.</summary>
    public static Property NoneOf(IEnumerable<string> complaints) =>
        complaints.FirstOrDefault() is { } complaint ? false.Label(complaint) : true.ToProperty();

    /// <summary>The law holds if <paramref name="holds"/> is true.</summary>
    public static Property That(bool holds, string otherwise) => NoneOf(holds ? [] : [otherwise]);

    /// <summary>A complaint if two numbers differ by more than a bound, or one is NaN.</summary>
    public static IEnumerable<string> Apart(string what, double actual, double expected, double bound)
    {
        if (!(Math.Abs(actual - expected) <= bound))
            yield return FormattableString.Invariant($"{what} is {actual:R} and should be {expected:R}, within {bound:E1}");
    }

    /// <summary>A complaint if two numbers differ by more than both bounds. The second, costly one is computed only if needed.</summary>
    public static IEnumerable<string> Apart(string what, double actual, double expected, double bound, Func<double> wider) =>
        Apart(what, actual, expected, bound).SelectMany(_ => Apart(what, actual, expected, wider()));

    /// <summary>A complaint if two numbers differ in a bit. All NaNs are equal.</summary>
    public static IEnumerable<string> Unequal(string what, double actual, double expected)
    {
        if (!SameBits(actual, expected))
            yield return FormattableString.Invariant($"{what} is {actual:R} and should be exactly {expected:R}");
    }

    /// <summary>True if two numbers have the same bits, or both are NaN.</summary>
    public static bool SameBits(double x, double y) =>
        (double.IsNaN(x) && double.IsNaN(y)) || BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y);
}
