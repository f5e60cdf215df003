using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Guide;

/// <summary>What a page says is printed, where three dots stand for any text, and a line of them for any lines.</summary>
internal static class Printed
{
    /// <summary>The output must be the expected text; if it is not, the fact that fails shows it whole.</summary>
    public static void IsAsExpected(string place, string expected, string output) =>
        Assert.True(Pattern(expected).IsMatch(Trimmed(output)), $"{place} says otherwise; printed was:\n{Trimmed(output)}");

    private static Regex Pattern(string expected) =>
        new($@"\A{string.Concat(Trimmed(expected).TrimEnd().Split('\n').Select(PatternOfLine))}\z");

    private static string PatternOfLine(string line) =>
        line.Trim() == "..." ? @"(?:.*\n)*?" : $@"{Regex.Escape(line).Replace(@"\.\.\.", ".*")}\n";

    // Spaces at the end of a line cannot be seen, nor lines that are empty at the end.
    private static string Trimmed(string text) => string.Concat(text.TrimEnd().Split('\n').Select(line => $"{line.TrimEnd()}\n"));
}
