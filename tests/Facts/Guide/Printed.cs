using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Guide;

/// <summary>What a page says is printed, where a line of three dots stands for any lines.</summary>
internal static class Printed
{
    /// <summary>The output must be the expected text; if it is not, the fact that fails shows it whole.</summary>
    public static void IsAsExpected(string place, string expected, string output) =>
        Assert.True(Pattern(expected).IsMatch(Trimmed(output)), $"{place} says otherwise; printed was:\n{Trimmed(output)}");

    private static Regex Pattern(string expected) => new(
        $@"\A{string.Concat(Trimmed(expected).Split('\n').SkipLast(1).Select(line => line.Trim() == "..." ? @"(?:.*\n)*?" : $@"{Regex.Escape(line)}\n"))}\z");

    // Spaces at the end of a line cannot be seen, nor lines that are empty at the end.
    private static string Trimmed(string text) => string.Concat(text.TrimEnd().Split('\n').Select(line => $"{line.TrimEnd()}\n"));
}
