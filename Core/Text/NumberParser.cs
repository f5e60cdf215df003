using System.Globalization;
using System.Numerics;
using LanguageExt;

namespace MicroGpt.Text;

/// <summary>Numbers that a person writes, parsed alike in every culture. Each problem starts with the place of the number.</summary>
public static class NumberParser
{
    // The largest number of bytes of a command-line argument in Linux. A limit is needed, because parsing n digits takes time
    // proportional to n².
    private const int MostDigits = 131_072;
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A whole number of any size that is at least <paramref name="least"/>.</summary>
    public static Validation<Problem, BigInteger> ParseWhole(int least, string place, string text) =>
        text.Length > MostDigits
            ? new Problem(FormattableString.Invariant($"{place} has {text.Length:N0} digits; it must have at most {MostDigits:N0}."))
        : !BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new Problem($"{place} is {text.Quote()}, not a whole number; write it in digits alone, such as 16.")
        : number < least ? new Problem($"{place} is {Brief(number)}; it must be at least {least}.")
        : number;

    /// <summary>A whole number from <paramref name="least"/> to the largest <c>int</c>.</summary>
    public static Validation<Problem, int> ParseCount(int least, string place, string text) =>
        ParseWhole(least, place, text).Bind<int>(number => number <= int.MaxValue
            ? (int)number
            : new Problem($"{place} is {Brief(number)}; it must be at most {int.MaxValue}."));

    /// <summary>A finite number.</summary>
    public static Validation<Problem, double> ParseFinite(string place, string text) => Parse(
        (name, number) => double.IsFinite(number)
            ? Validation<Problem, double>.Success(number)
            : new Problem(FormattableString.Invariant($"{name} is {number}; it must be finite.")),
        place, text);

    /// <summary>A number that passes a check. The arguments of the check are the place and the number.</summary>
    public static Validation<Problem, A> Parse<A>(Func<string, double, Validation<Problem, A>> check, string place, string text) =>
        !double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number)
            ? new Problem($"{place} is {text.Quote()}, not a number; write it like 0.5 or 1e-3.")
        : DecimalNumber.OutOfRange(text, number) is { } limit ? new Problem($"{place} is {text.Quote()}, which {limit}.")
        : check(place, number);

    private static string Brief(BigInteger number) => $"{number}" is { Length: > 40 } digits ? digits.Quote() : $"{number}";
}
