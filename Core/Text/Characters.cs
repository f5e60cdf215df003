// Let there be a text, and let it become whole numbers and come back.

using System.Globalization;

namespace MicroGpt.Text;

/// <summary>Code points and white space as Python defines them, and texts quoted for messages.</summary>
public static class Characters
{
    private const int LongestQuote = 80;

    /// <summary>The code points of a text. An unpaired surrogate is a code point of its own.</summary>
    public static IEnumerable<int> CodePoints(this string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            yield return char.IsSurrogatePair(text, i) ? char.ConvertToUtf32(text, i) : text[i];
    }

    /// <summary>A text without white space at its ends, as <c>str.strip()</c> leaves it.</summary>
    public static string Strip(this string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsWhiteSpace(text[start])) start++;
        while (start < end && IsWhiteSpace(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>A text in quotation marks. Invisible characters are written as escapes; of a long text only the start is shown.</summary>
    public static string Quote(this string text)
    {
        var shown = string.Concat(text.CodePoints().Take(LongestQuote).Select(Show));
        return text.CodePoints().Skip(LongestQuote).Any() ? $"“{shown}…”" : $"“{shown}”";
    }

    /// <summary>A visible character as itself, an invisible one as its escape.</summary>
    public static string Show(int codePoint) =>
        IsVisible(codePoint) ? char.ConvertFromUtf32(codePoint)
        : codePoint > char.MaxValue ? $"\\U{codePoint:X8}"
        : $"\\u{codePoint:X4}";

    // .NET and Python disagree only on the four information separators.
    private static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    private static bool IsVisible(int codePoint) => codePoint == ' ' || CharUnicodeInfo.GetUnicodeCategory(codePoint) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
