using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>What a law has to say about an input: nothing, or what is wrong.</summary>
public static class Verdict
{
    /// <summary>The law holds if there is nothing to complain of; the first complaint explains why it does not.</summary>
    public static Property NoneOf(IEnumerable<string> complaints) =>
        complaints.FirstOrDefault() is { } complaint ? false.Label(complaint) : true.ToProperty();

    /// <summary>The law holds if this is so.</summary>
    public static Property That(bool holds, string otherwise) => NoneOf(holds ? [] : [otherwise]);

    /// <summary>Two numbers within a bound of each other. A NaN is within no bound.</summary>
    public static IEnumerable<string> Apart(string what, double actual, double expected, double bound)
    {
        if (!(Math.Abs(actual - expected) <= bound))
            yield return FormattableString.Invariant($"{what} is {actual:R} and should be {expected:R}, within {bound:E1}");
    }

    /// <summary>The same, where another bound, dearer to have, is asked for only if the first is too narrow.</summary>
    public static IEnumerable<string> Apart(string what, double actual, double expected, double bound, Func<double> wider) =>
        Apart(what, actual, expected, bound).SelectMany(_ => Apart(what, actual, expected, wider()));

    /// <summary>Two numbers that should be the same to the bit; any NaN is as good as another.</summary>
    public static IEnumerable<string> Unequal(string what, double actual, double expected)
    {
        if (!SameBits(actual, expected))
            yield return FormattableString.Invariant($"{what} is {actual:R} and should be exactly {expected:R}");
    }

    /// <summary>The same to the bit.</summary>
    public static bool SameBits(double x, double y) =>
        (double.IsNaN(x) && double.IsNaN(y)) || BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y);
}
