using System.Globalization;
using System.Numerics;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Shell.Options;

/// <summary>Numbers as a user writes them, the same in every culture.</summary>
internal static class NumberParser
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A whole number of any size that is not below the least.</summary>
    public static Validation<Problem, BigInteger> Whole(int least, string name, string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Validate.AtLeast(least, name, number)
            : new Problem($"{name} is {text.Quote()}, not a whole number; write it in digits alone, such as 16.");

    /// <summary>A whole number that counts something.</summary>
    public static Validation<Problem, int> Count(int least, string name, string text) =>
        Whole(least, name, text).Bind<int>(number => number <= int.MaxValue
            ? (int)number
            : new Problem($"{name} is {number}; it must be at most {int.MaxValue}."));

    /// <summary>A number above 0.</summary>
    public static Validation<Problem, double> Positive(string name, string text) =>
        Number(name, text).Bind(number => Validate.Positive(name, number));

    /// <summary>A number that is not infinite.</summary>
    public static Validation<Problem, double> Finite(string name, string text) =>
        Number(name, text).Bind<double>(number => double.IsFinite(number)
            ? number
            : new Problem(FormattableString.Invariant($"{name} is {number}; it must be finite.")));

    /// <summary>A number above 0 that is at most 1.</summary>
    public static Validation<Problem, double> Probability(string name, string text) => Positive(name, text).Bind<double>(number => number <= 1
        ? number
        : new Problem(FormattableString.Invariant($"{name} is {number}; it must be at most 1.")));

    /// <summary>A share of something that is not all of it.</summary>
    public static Validation<Problem, double> Share(string name, string text) => Number(name, text).Bind(number => Validate.Share(name, number));

    private static Validation<Problem, double> Number(string name, string text) =>
        double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number)
            ? number
            : new Problem($"{name} is {text.Quote()}, not a number; write it like 0.5 or 1e-3.");
}
