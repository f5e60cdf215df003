using System.Globalization;
using System.Security;
using System.Text;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>Diagrams as pictures: SVG, for light and dark surroundings.</summary>
public static class SvgWriter
{
    private const double Margin = 12, Head = 62, Foot = 40;

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

    /// <summary>The picture of a diagram under a title.</summary>
    public static string Svg(this Diagram diagram, string title)
    {
        var placement = GraphLayout.Of(diagram);
        var (width, height) = (placement.Bands[^1].Right + 2 * Margin, placement.Bottom - placement.Top + Head + Foot + Margin);
        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0}\" height=\"{height:0}\" "))
            .Append(Invariant($"viewBox=\"0 0 {width:0} {height:0}\">\n"));
        svg.Append($"<title>{Escaped(title)}</title>\n<style>\n{Style}</style>\n");
        svg.Append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" ")
            .Append("markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0,0.5 L8,4 L0,7.5 z\"/></marker></defs>\n");
        svg.Append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        svg.Append(Invariant($"<text class=\"title\" x=\"{Margin}\" y=\"25\">{Escaped(title)}</text>\n"));
        foreach (var band in placement.Bands)
        {
            var (left, middle) = (band.Left + Margin, (band.Left + band.Right) / 2 + Margin);
            svg.Append(Rectangle("band", left, 36, band.Right - band.Left, height - 36 - Foot, radius: 8) + "\n");
            svg.Append(Invariant($"<text class=\"part\" x=\"{middle:0.#}\" y=\"52\">{Escaped(band.Name)}</text>\n"));
        }
        svg.Append(Invariant($"<g transform=\"translate({Margin} {Head - placement.Top:0.#})\">\n"));
        foreach (var wire in placement.Wires.OrderBy(wire => wire.IsStream)) svg.Append(Line(wire));
        foreach (var box in placement.Boxes) svg.Append(Drawn(box, diagram.Parts[box.Node.Part]));
        svg.Append("</g>\n");
        svg.Append(Invariant($"<text class=\"note\" x=\"{Margin}\" y=\"{height - 16:0.#}\">")
            + "A box is an operation: its number, rows×columns (n positions, d documents), and in color parameters, results, "
            + "and %k for what box k makes. Blue line: the residual stream.</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private static string Line(Wire wire)
    {
        const double Half = GraphLayout.BoxWidth / 2;
        var (x, y) = wire.Points[0];
        var path = new StringBuilder(Invariant($"M{x + Half:0.#},{y:0.#}"));
        x += Half;
        for (var i = 1; i < wire.Points.Length; i++)
        {
            var (nextX, nextY) = (wire.Points[i].X - Half, wire.Points[i].Y);
            var middle = (x + nextX) / 2;
            path.Append(Invariant($" C{middle:0.#},{y:0.#} {middle:0.#},{nextY:0.#} {nextX:0.#},{nextY:0.#}"));
            (x, y) = (nextX, nextY);
            if (i < wire.Points.Length - 1) path.Append(Invariant($" H{x = nextX + 2 * Half:0.#}"));
        }
        return $"<path class=\"{(wire.IsStream ? "stream" : "wire")}\" d=\"{path}\"{(wire.IsStream ? "" : " marker-end=\"url(#tip)\"")}/>\n";
    }

    private static string Drawn(Box box, string part)
    {
        var (node, left, top) = (box.Node, box.X - GraphLayout.BoxWidth / 2, box.Y - box.Height / 2);
        var svg = new StringBuilder($"<g><title>{Escaped($"%{node.Number} = {node.Label} : {node.Expression.Shape}")}</title>");
        svg.Append(Rectangle(box.IsStream ? "box end" : "box", left, top, GraphLayout.BoxWidth, box.Height, radius: 5));
        var y = top + 1;
        foreach (var line in GraphLayout.LinesOf(node.Label)) Write("name", line, y += GraphLayout.LineHeight);
        Write("small", $"%{node.Number}  {Size(node.Expression.Shape)}", y += GraphLayout.LineHeight);
        y += 4;
        foreach (var inlay in box.Inlays)
        {
            var (kind, text) = inlay.Expression.Match(
                variable => ("variable", variable.Name), constant => ("constant", Invariant($"{constant.Value:G4}")), _ => ("far", $"%{inlay.Number}"));
            Inlay(kind, text, $"%{inlay.Number} = {inlay.Label} : {inlay.Expression.Shape}");
        }
        foreach (var result in node.Results) Inlay("result", result, result);
        return svg.Append("</g>\n").ToString();

        void Write(string style, string text, double baseline)
        {
            var squeezed = text.Length > 10 ? Invariant($" textLength=\"{GraphLayout.BoxWidth - 10}\" lengthAdjust=\"spacingAndGlyphs\"") : "";
            svg.Append(Invariant($"<text class=\"{style}\" x=\"{box.X:0.#}\" y=\"{baseline:0.#}\"{squeezed}>{Escaped(text)}</text>"));
        }

        void Inlay(string kind, string text, string whole)
        {
            svg.Append($"<g><title>{Escaped(whole)}</title>");
            svg.Append(Rectangle(kind, left + 3, y, GraphLayout.BoxWidth - 6, GraphLayout.InlayHeight - 2, radius: 3));
            Write($"inlay {kind}-text", Short(text, part), y + GraphLayout.InlayHeight - 5.5);
            svg.Append("</g>");
            y += GraphLayout.InlayHeight;
        }
    }

    // Within layer0, layer0.attn_wq is attn_wq.
    private static string Short(string name, string part) =>
        part.Split(' ')[^1].Split('.') is [var layer, _] ? name.Replace($"{layer}.", "").Replace("∂loss/", "") : name.Replace("∂loss/", "");

    private static string Rectangle(string style, double x, double y, double width, double height, double radius) => Invariant(
        $"<rect class=\"{style}\" x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" rx=\"{radius}\"/>");

    private static string Size(Shape shape) =>
        $"{(shape.Rows == Extent.Positions ? "n" : shape.Rows == Extent.Documents ? "d" : shape.Rows.ToString())}×{shape.Columns}";

    private static string Escaped(string text) => SecurityElement.Escape(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
