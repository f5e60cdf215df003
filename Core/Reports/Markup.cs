using MicroGpt.Text;
using static System.FormattableString;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>The pieces that pages and pictures are made of, as text. Whatever comes from data goes through <see cref="Escaped"/>.</summary>
internal static class Markup
{
    /// <summary>A text as a reader sees it: what cannot be seen as escapes.</summary>
    public static string Printable(string text) => Escaped(string.Concat(text.CodePoints().Select(Characters.Show)));

    /// <summary>A token in a picture; BOS is ■, and a space ␣.</summary>
    public static string Glyph(this Tokenizer tokenizer, int token) =>
        token == tokenizer.Bos ? "■"
        : tokenizer.Alphabet[token].Value == ' ' ? "␣"
        : Escaped(Characters.Show(tokenizer.Alphabet[token].Value));

    /// <summary>A picture that scales with its container; the label is for screen readers.</summary>
    public static string Picture(double width, double height, string label, IEnumerable<string> marks) => Document(
        Invariant($"viewBox=\"0 0 {width:0.#} {height:0.#}\" role=\"img\" aria-label=\"{label}\""), string.Join('\n', marks));

    /// <summary>A picture, or several, under a heading, and what to look for in them.</summary>
    public static string Figure(string heading, string sentence, string pictures) =>
        $"<figure>\n<h3>{heading}</h3>\n{pictures}<figcaption>{sentence}</figcaption>\n</figure>\n";

    /// <summary>Small pictures side by side.</summary>
    public static string SideBySide(IEnumerable<string> pictures) =>
        $"<div class=\"side\">\n{string.Concat(pictures.Select(picture => $"<div>{picture}</div>\n"))}</div>\n";

    /// <summary>A table; all its cells are markup.</summary>
    public static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows) =>
        $"<div class=\"scroll\"><table>\n{Row("th", head)}{string.Concat(rows.Select(row => Row("td", row)))}</table></div>\n";

    private static string Row(string kind, IEnumerable<string> cells) =>
        $"<tr>{string.Concat(cells.Select(cell => $"<{kind}>{cell}</{kind}>"))}</tr>\n";
}
