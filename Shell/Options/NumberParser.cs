using System.Globalization;
using System.Numerics;
using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Text;

namespace MicroGpt.Shell.Options;

/// <summary>Numbers of a command line, parsed alike in every culture. Each problem starts with the name of the option.</summary>
internal static class NumberParser
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A whole number of any size that is at least `least`.</summary>
    public static Validation<Problem, BigInteger> ParseWhole(int least, string name, string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Validate.AtLeast(least, name, number)
            : new Problem($"{name} is {text.Quote()}, not a whole number; write it in digits alone, such as 16.");

    /// <summary>A whole number from `least` to the largest `int`.</summary>
    public static Validation<Problem, int> ParseCount(int least, string name, string text) =>
        ParseWhole(least, name, text).Bind<int>(number => number <= int.MaxValue
            ? (int)number
            : new Problem($"{name} is {number}; it must be at most {int.MaxValue}."));

    /// <summary>A finite number above 0.</summary>
    public static Validation<Problem, double> ParsePositive(string name, string text) =>
        Parse(name, text).Bind(number => Validate.Positive(name, number));

    /// <summary>A temperature: a finite number that is at least 0.</summary>
    public static Validation<Problem, Temperature> ParseTemperature(string name, string text) =>
        Parse(name, text).Bind(number => Temperature.Create(name, number));

    /// <summary>A finite number.</summary>
    public static Validation<Problem, double> ParseFinite(string name, string text) =>
        Parse(name, text).Bind<double>(number => double.IsFinite(number)
            ? number
            : new Problem(FormattableString.Invariant($"{name} is {number}; it must be finite.")));

    /// <summary>A number above 0 that is at most 1.</summary>
    public static Validation<Problem, double> ParseProbability(string name, string text) =>
        ParsePositive(name, text).Bind<double>(number => number <= 1
            ? number
            : new Problem(FormattableString.Invariant($"{name} is {number}; it must be at most 1.")));

    /// <summary>A number from 0 to below 1.</summary>
    public static Validation<Problem, double> ParseShare(string name, string text) =>
        Parse(name, text).Bind(number => Validate.Share(name, number));

    private static Validation<Problem, double> Parse(string name, string text) =>
        !double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number)
            ? new Problem($"{name} is {text.Quote()}, not a number; write it like 0.5 or 1e-3.")
        : DecimalNumber.OutOfRange(text, number) is { } limit ? new Problem($"{name} is {text.Quote()}, which {limit}.")
        : number;
}
