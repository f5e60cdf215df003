namespace MicroGpt.Text;

/// <summary>Decimal numbers that a person writes, and the range of double.</summary>
public static class DecimalNumber
{
    /// <summary>
    /// The fault of a decimal number that is infinite or 0 as a double, and the limit: a clause such as "is too large; …". Null without a
    /// fault.
    /// </summary>
    public static string? OutOfRange(string text, double parsed) =>
        !HasNonzeroDigit(text) ? null
        : double.IsInfinity(parsed) ? "is too large; the largest number is 1.7E+308"
        : parsed == 0 ? "rounds to 0; the number nearest to 0 is 5E-324"
        : null;

    // True if the number before the exponent has a digit other than 0.
    private static bool HasNonzeroDigit(string text) => text.Split('e', 'E')[0].AsSpan().ContainsAnyInRange('1', '9');
}
