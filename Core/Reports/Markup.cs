using System.Security;
using MicroGpt.Text;
using static System.FormattableString;

namespace MicroGpt.Reports;

/// <summary>The pieces that pages and pictures are made of, as text. Whatever comes from data goes through <see cref="Escaped"/>.</summary>
internal static class Markup
{
    /// <summary>A text as markup that stands for it.</summary>
    public static string Escaped(string text) => SecurityElement.Escape(text);

    /// <summary>A text as a reader sees it: what cannot be seen as escapes.</summary>
    public static string Shown(string text) => Escaped(string.Concat(text.CodePoints().Select(Characters.Show)));

    /// <summary>A token in a picture; BOS is ■, and a space ␣.</summary>
    public static string Glyph(this Tokenizer tokenizer, int token) =>
        token == tokenizer.Bos ? "■"
        : tokenizer.Alphabet[token].Value == ' ' ? "␣"
        : Escaped(Characters.Show(tokenizer.Alphabet[token].Value));

    /// <summary>A picture of a size; the label is for those who cannot see it.</summary>
    public static string Svg(double width, double height, string label, IEnumerable<string> marks) => Invariant(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0.#} {height:0.#}\" role=\"img\" aria-label=\"{label}\">\n{string.Join('\n', marks)}\n</svg>\n");

    /// <summary>A text at a place; its style tells where it stands there.</summary>
    public static string Word(string style, double x, double y, string markup) =>
        Invariant($"<text class=\"{style}\" x=\"{x:0.#}\" y=\"{y:0.#}\">{markup}</text>");

    /// <summary>A line between two points.</summary>
    public static string Line(string style, double x1, double y1, double x2, double y2) =>
        Invariant($"<line class=\"{style}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>");

    /// <summary>A rectangle so opaque, which tells what it is to whoever points at it.</summary>
    public static string Rectangle(string style, double x, double y, double width, double height, double opacity, string title) => Invariant(
        $"<rect class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill-opacity=\"{opacity:0.##}\"><title>{title}</title></rect>");

    /// <summary>A path through points.</summary>
    public static string Path(string style, IEnumerable<(double X, double Y)> points) =>
        $"<path class=\"{style}\" d=\"M{string.Join('L', points.Select(point => Invariant($"{point.X:0.#},{point.Y:0.#}")))}\"/>";

    /// <summary>A picture, or several, under a heading, and what to look for in them.</summary>
    public static string Figure(string heading, string sentence, string pictures) =>
        $"<figure>\n<h3>{heading}</h3>\n{pictures}<figcaption>{sentence}</figcaption>\n</figure>\n";

    /// <summary>Small pictures side by side.</summary>
    public static string Side(IEnumerable<string> pictures) =>
        $"<div class=\"side\">\n{string.Concat(pictures.Select(picture => $"<div>{picture}</div>\n"))}</div>\n";

    /// <summary>A table; all its cells are markup.</summary>
    public static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows) =>
        $"<div class=\"scroll\"><table>\n{Row("th", head)}{string.Concat(rows.Select(row => Row("td", row)))}</table></div>\n";

    private static string Row(string kind, IEnumerable<string> cells) =>
        $"<tr>{string.Concat(cells.Select(cell => $"<{kind}>{cell}</{kind}>"))}</tr>\n";
}
