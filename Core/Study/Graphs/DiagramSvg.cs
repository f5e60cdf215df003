using MicroGpt.Autograd;
using static System.FormattableString;
using static MicroGpt.SvgElements;

namespace MicroGpt.Study;

/// <summary>A diagram as SVG, for light and dark backgrounds.</summary>
public static class DiagramSvg
{
    private const double Margin = 12, Head = 62, Foot = 40, BandTop = 36, Half = GraphLayout.BoxWidth / 2;

    private const string Arrowhead =
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
        + "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0,0.5 L8,4 L0,7.5 z\"/></marker></defs>";

    private const string Legend =
        "A box is an operation: its number, rows×columns (n positions, d documents), and in color its parameters, "
        + "its results, and %k for the output of box k. Blue line: the residual stream.";

    private const string Style =
        """
        text { font: 11px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; text-anchor: middle }
        .title { font-size: 17px; font-weight: 600; text-anchor: start }
        .part { font-weight: 600; fill: #59636e }
        .small { font-size: 9.5px; fill: #59636e }
        .note { fill: #59636e; text-anchor: start }
        .paper { fill: #ffffff }
        .band { fill: #f3f5f7 }
        .box { fill: #ffffff; stroke: #818b98; stroke-width: 1.2 }
        .wire { fill: none; stroke: #818b98; stroke-width: 1.3 }
        .stream { fill: none; stroke: #2f81f7; stroke-width: 3.5 }
        .end { stroke: #2f81f7; stroke-width: 2.2 }
        .tip { fill: #818b98 }
        .inlay { font-size: 9.5px }
        .variable { fill: #d8ebff } .variable-text { fill: #0a3069 }
        .constant { fill: #e8ebee } .constant-text { fill: #1f2328 }
        .far { fill: #fff1cc } .far-text { fill: #633c01 }
        .result { fill: #c9f0d2 } .result-text { fill: #0a4a1e }
        @media (prefers-color-scheme: dark) {
          svg { background: #0d1117 }
          text { fill: #e6edf3 }
          .part, .small, .note { fill: #9ba5b1 }
          .paper { fill: #0d1117 }
          .band { fill: #171c24 }
          .box { fill: #0d1117; stroke: #6e7681 }
          .wire { stroke: #6e7681 }
          .end { stroke: #2f81f7 }
          .tip { fill: #6e7681 }
          .variable { fill: #12365e } .variable-text { fill: #cfe6ff }
          .constant { fill: #2b313a } .constant-text { fill: #e6edf3 }
          .far { fill: #4a3305 } .far-text { fill: #ffe2a0 }
          .result { fill: #0f4420 } .result-text { fill: #c0f5cd }
        }
        """;

    /// <summary>The diagram as an SVG document with a title.</summary>
    public static string Svg(this Diagram diagram, string title)
    {
        var layout = GraphLayout.Arrange(diagram);
        var (width, height) = (layout.Bands[^1].Right + 2 * Margin, layout.Bottom - layout.Top + Head + Foot + Margin);
        return Svg(title, width, height,
        [
            "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
            Label("title", Margin, 25, Escaped(title)),
            .. layout.Bands.SelectMany(band => Drawn(band, height)),
            .. Drawn(layout, diagram, Head),
            Label("note", Margin, height - 16, Legend),
        ]);
    }

    /// <summary>The boxes and wires of a part alone as an SVG document, for a page that says what they are.</summary>
    internal static string BareSvg(this Diagram diagram, string title, int part)
    {
        var layout = GraphLayout.Arrange(diagram, part);
        return Svg(title, layout.Bands[^1].Right + 2 * Margin, layout.Bottom - layout.Top + 2 * Margin, Drawn(layout, diagram, Margin));
    }

    private static string Svg(string title, double width, double height, IEnumerable<string> marks) =>
        Document(Invariant($"width=\"{width:0}\" height=\"{height:0}\" viewBox=\"0 0 {width:0} {height:0}\""), string.Join('\n',
            [$"<title>{Escaped(title)}</title>", $"<style>\n{Style}\n</style>", Arrowhead, .. marks]));

    private static IEnumerable<string> Drawn(GraphLayout layout, Diagram diagram, double top) =>
    [
        Invariant($"<g transform=\"translate({Margin} {top - layout.Top:0.#})\">"),
        .. layout.Wires.OrderBy(wire => wire.IsStream).Select(Drawn),
        .. layout.Boxes.Select(box => Drawn(box, diagram.Parts[box.Node.Part])),
        "</g>",
    ];

    private static IEnumerable<string> Drawn(Band band, double height) =>
    [
        Box("band", band.Left + Margin, BandTop, band.Right - band.Left, height - BandTop - Foot, radius: 8),
        Label("part", (band.Left + band.Right) / 2 + Margin, 52, Escaped(band.Name)),
    ];

    private static string Drawn(Wire wire)
    {
        var start = Invariant($"M{wire.Points[0].X + Half:0.#},{wire.Points[0].Y:0.#} ");
        var curves = wire.Points.Zip(wire.Points.Skip(1), Curve);
        var crossings = wire.Points[1..^1].Select(point => Invariant($" H{point.X + Half:0.#} ")).Append("");
        return Path(
            wire.IsStream ? "stream" : "wire", start + string.Concat(curves.Zip(crossings, (curve, crossing) => curve + crossing)),
            wire.IsStream ? "" : " marker-end=\"url(#tip)\"");
    }

    // A cubic Bézier curve from the right side of one column to the left side of another, horizontal at both ends.
    private static string Curve((double X, double Y) from, (double X, double Y) to)
    {
        var (x, middle) = (to.X - Half, (from.X + to.X) / 2);
        return Invariant($"C{middle:0.#},{from.Y:0.#} {middle:0.#},{to.Y:0.#} {x:0.#},{to.Y:0.#}");
    }

    private static string Drawn(Box box, string part)
    {
        var (node, left, top) = (box.Node, box.X - Half, box.Y - box.Height / 2);
        (string Style, string Text)[] lines =
        [
            .. GraphLayout.SplitLabel(node.Label).Select(line => ("name", line)),
            ("small", $"%{node.Number}  {Size(node.Expression.Shape)}"),
        ];
        (string Kind, string Text, string Title)[] inlays =
        [
            .. box.Inlays.Select(inlay => (Kind(inlay), Text(inlay), $"%{inlay.Number} = {inlay.Label} : {inlay.Expression.Shape}")),
            .. node.Results.Select(result => ("result", result, result)),
        ];
        var firstInlay = top + 5 + lines.Length * GraphLayout.LineHeight;
        return Titled($"%{node.Number} = {node.Label} : {node.Expression.Shape}",
        [
            Box(box.IsStream ? "box end" : "box", left, top, GraphLayout.BoxWidth, box.Height, radius: 5),
            .. lines.Select((line, i) => Fitted(line.Style, box.X, top + 1 + (i + 1) * GraphLayout.LineHeight, line.Text)),
            .. inlays.Select((inlay, i) => Inlay(inlay.Kind, inlay.Text, inlay.Title, firstInlay + i * GraphLayout.InlayHeight)),
        ], Invariant($" data-node=\"{node.Number}\""));

        string Inlay(string kind, string text, string title, double y) => Titled(title,
        [
            Box(kind, left + 3, y, GraphLayout.BoxWidth - 6, GraphLayout.InlayHeight - 2, radius: 3),
            Fitted($"inlay {kind}-text", box.X, y + GraphLayout.InlayHeight - 5.5, Short(text, part)),
        ]);
    }

    private static string Kind(DiagramNode inlay) => inlay.Expression.Match(_ => "variable", _ => "constant", _ => "far");

    private static string Text(DiagramNode inlay) => inlay.Expression.Match(
        variable => variable.Name, constant => Invariant($"{constant.Value:G4}"), _ => $"%{inlay.Number}");

    private static string Titled(string title, IEnumerable<string> marks, string attributes = "") =>
        $"<g{attributes}><title>{Escaped(title)}</title>{string.Concat(marks)}</g>";

    // A label of more than 10 characters is squeezed to the width of a box.
    private static string Fitted(string style, double x, double y, string text) => Label(style, x, y, Escaped(text),
        text.Length > 10 ? Invariant($" textLength=\"{GraphLayout.BoxWidth - 10}\" lengthAdjust=\"spacingAndGlyphs\"") : "");

    // A name without the prefix ∂loss/. If the name and the part belong to the same layer, the layer is also left out. In a part of
    // layer0, for example, layer0.attn_wq becomes attn_wq.
    private static string Short(string name, string part) =>
        (part.Split(' ')[^1].Split('.') is [var layer, _] ? name.Replace($"{layer}.", "") : name).Replace("∂loss/", "");

    private static string Size(Shape shape) =>
        $"{(shape.Rows == Extent.Positions ? "n" : shape.Rows == Extent.Documents ? "d" : shape.Rows.ToString())}×{shape.Columns}";
}
