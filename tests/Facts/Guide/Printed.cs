using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Guide;

/// <summary>Expected output, in which three dots stand for any text, and a line of three dots for any lines.</summary>
internal static class Printed
{
    /// <summary>Fails, and shows the whole output, if it is not the expected text.</summary>
    public static void IsAsExpected(string place, string expected, string output) =>
        Assert.True(Pattern(expected).IsMatch(Trimmed(output)), $"{place} says otherwise; printed was:\n{Trimmed(output)}");

    private static Regex Pattern(string expected) =>
        new($@"\A{string.Concat(Trimmed(expected).TrimEnd().Split('\n').Select(PatternOfLine))}\z");

    private static string PatternOfLine(string line) =>
        line.Trim() == "..." ? @"(?:.*\n)*?" : $@"{Regex.Escape(line).Replace(@"\.\.\.", ".*")}\n";

    // Invisible differences are ignored: spaces at the end of a line, and empty lines at the end.
    private static string Trimmed(string text) => string.Concat(text.TrimEnd().Split('\n').Select(line => $"{line.TrimEnd()}\n"));
}
