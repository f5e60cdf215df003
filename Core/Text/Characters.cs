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

    /// <summary>A text without the white space at its start and end, like <c>str.strip()</c>.</summary>
    public static string Strip(this string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsWhiteSpace(text[start])) start++;
        while (start < end && IsWhiteSpace(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>True if a text is empty or white space.</summary>
    public static bool IsBlank(this string text) => text.All(IsWhiteSpace);

    /// <summary>The first characters of a text: <paramref name="count"/>, or all if there are fewer.</summary>
    public static string Start(this string text, int count)
    {
        var end = 0;
        for (var i = 0; i < count && end < text.Length; i++) end += char.IsSurrogatePair(text, end) ? 2 : 1;
        return text[..end];
    }

    /// <summary>A text in quotation marks. Invisible characters are written as escapes. A long text is cut off.</summary>
    public static string Quote(this string text)
    {
        var shown = text.Start(LongestQuote).Escape();
        return text.CodePoints().Skip(LongestQuote).Any() ? $"“{shown}…”" : $"“{shown}”";
    }

    /// <summary>A text with escapes for its invisible characters: it stays in its line.</summary>
    public static string Escape(this string text) => string.Concat(text.CodePoints().Select(Show));

    /// <summary>A visible character as itself, an invisible one as its escape.</summary>
    public static string Show(int codePoint) =>
        IsVisible(codePoint) ? char.ConvertFromUtf32(codePoint)
        : codePoint > char.MaxValue ? $"\\U{codePoint:X8}"
        : $"\\u{codePoint:X4}";

    /// <summary>
    /// A text with escapes for the characters that a terminal obeys: control characters, except tab and \n, and those that reorder the text
    /// around them.
    /// </summary>
    public static string EscapeControls(this string text) =>
        text.Any(IsObeyed) ? string.Concat(text.Select(c => IsObeyed(c) ? Show(c) : $"{c}")) : text;

    private static bool IsObeyed(char c) =>
        (char.IsControl(c) && c is not ('\t' or '\n')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // White space as Python defines it: .NET's, and the four information separators.
    private static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    private static bool IsVisible(int codePoint) => codePoint == ' ' || CharUnicodeInfo.GetUnicodeCategory(codePoint) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
