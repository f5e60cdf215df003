using MicroGpt.Text;
using static System.FormattableString;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>HTML elements as text. Their contents are not escaped, so data must go through <see cref="Printable"/> first.</summary>
internal static class Markup
{
    /// <summary>A text as markup, with escapes in place of invisible characters.</summary>
    public static string Printable(string text) => Escaped(string.Concat(text.CodePoints().Select(Characters.Show)));

    /// <summary>The character of a token as markup: ■ for BOS, ␣ for a space.</summary>
    public static string Glyph(this Tokenizer tokenizer, int token) =>
        token == tokenizer.Bos ? "■"
        : tokenizer.Alphabet[token].Value == ' ' ? "␣"
        : Escaped(Characters.Show(tokenizer.Alphabet[token].Value));

    /// <summary>A picture in SVG that scales with the element around it. Screen readers read the label.</summary>
    public static string Picture(double width, double height, string label, IEnumerable<string> marks) => Document(
        Invariant($"viewBox=\"0 0 {width:0.#} {height:0.#}\" role=\"img\" aria-label=\"{label}\""), string.Join('\n', marks));

    /// <summary>A figure: a heading, pictures, and a sentence that says what to look for.</summary>
    public static string Figure(string heading, string sentence, string pictures) =>
        $"<figure>\n<h3>{heading}</h3>\n{pictures}<figcaption>{sentence}</figcaption>\n</figure>\n";

    /// <summary>Small pictures side by side.</summary>
    public static string SideBySide(IEnumerable<string> pictures) =>
        $"<div class=\"side\">\n{string.Concat(pictures.Select(picture => $"<div>{picture}</div>\n"))}</div>\n";

    /// <summary>A table that scrolls sideways if it is too wide.</summary>
    public static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows) =>
        $"<div class=\"scroll\"><table>\n{Row("th", head)}{string.Concat(rows.Select(row => Row("td", row)))}</table></div>\n";

    private static string Row(string kind, IEnumerable<string> cells) =>
        $"<tr>{string.Concat(cells.Select(cell => $"<{kind}>{cell}</{kind}>"))}</tr>\n";
}
