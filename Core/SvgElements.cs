using System.Globalization;
using System.Security;
using static System.FormattableString;

namespace MicroGpt;

/// <summary>
/// SVG elements as text. Lengths are in pixels, and y grows downwards. A style is the name of a CSS class. Labels, titles and
/// attributes are inserted as markup, so the caller first escapes data by <see cref="Escaped"/>.
/// </summary>
internal static class SvgElements
{
    /// <summary>A text as markup: the characters &lt;, &gt;, &amp; and quotes are escaped.</summary>
    public static string Escaped(string text) => SecurityElement.Escape(text);

    /// <summary>An SVG document: the root element, with the given attributes and content.</summary>
    public static string Document(string attributes, string content) =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}>\n{content}\n</svg>\n";

    /// <summary>A text at (x, y). The baseline of the text is at y. The style aligns the text to x.</summary>
    public static string Label(string style, double x, double y, string markup, string attributes = "") =>
        Invariant($"<text class=\"{style}\" x=\"{x:0.#}\" y=\"{y:0.#}\"{attributes}>{markup}</text>");

    /// <summary>A line between two points.</summary>
    public static string Line(string style, double x1, double y1, double x2, double y2) =>
        Invariant($"<line class=\"{style}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>");

    /// <summary>A path, drawn by SVG path commands.</summary>
    public static string Path(string style, string commands, string attributes = "") =>
        $"<path class=\"{style}\" d=\"{commands}\"{attributes}/>";

    /// <summary>A path of straight lines through points.</summary>
    public static string Polyline(string style, IEnumerable<(double X, double Y)> points) =>
        Path(style, $"M{string.Join('L', points.Select(point => Invariant($"{point.X:0.#},{point.Y:0.#}")))}");

    /// <summary>A disc with a title, which a browser shows under the pointer.</summary>
    public static string Disc(string style, double x, double y, double radius, string title) =>
        Invariant($"<circle class=\"{style}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\"><title>{title}</title></circle>");

    /// <summary>A rectangle with rounded corners.</summary>
    public static string Box(string style, double x, double y, double width, double height, double radius) =>
        Rectangle(style, x, y, width, height, "0.#", Invariant($" rx=\"{radius}\"/>"));

    /// <summary>A rectangle with numbers to hundredths of a pixel, so that adjacent cells meet without a gap.</summary>
    public static string Cell(string style, double x, double y, double width, double height) =>
        Rectangle(style, x, y, width, height, "0.##", "/>");

    /// <summary>A cell with an opacity from 0 to 1, and a title, which a browser shows under the pointer.</summary>
    public static string Cell(string style, double x, double y, double width, double height, double opacity, string title) =>
        Rectangle(style, x, y, width, height, "0.##", Invariant($" fill-opacity=\"{opacity:0.##}\"><title>{title}</title></rect>"));

    private static string Rectangle(string style, double x, double y, double width, double height, string format, string rest)
    {
        string Number(double length) => length.ToString(format, CultureInfo.InvariantCulture);

        return $"<rect class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"{rest}";
    }
}
