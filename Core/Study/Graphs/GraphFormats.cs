using System.Text;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>Diagrams in text formats, for tools that compute the layout.</summary>
public static class GraphFormats
{
    /// <summary>The diagram as a flow chart for Mermaid.</summary>
    public static string Mermaid(this Diagram diagram)
    {
        var text = new StringBuilder("flowchart LR\n");
        foreach (var ((name, nodes), part) in diagram.NodesByPart.Select((part, i) => (part, i)))
        {
            text.Append($"  subgraph part{part}[\"{name}\"]\n");
            foreach (var node in nodes) text.Append($"    n{node.Number}{Box(node)}\n");
            text.Append("  end\n");
        }
        foreach (var node in diagram.Nodes)
            foreach (var argument in node.Arguments) text.Append($"  n{argument} --> n{node.Number}\n");
        return text.ToString();

        static string Box(DiagramNode node)
        {
            var label = string.Join("<br>", Lines(node));
            return node.Expression is Application ? $"[\"{label}\"]" : $"([\"{label}\"])";
        }
    }

    /// <summary>The diagram as a graph for Graphviz.</summary>
    public static string Dot(this Diagram diagram)
    {
        var text = new StringBuilder("digraph {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
        foreach (var ((name, nodes), part) in diagram.NodesByPart.Select((part, i) => (part, i)))
        {
            text.Append($"  subgraph cluster{part} {{\n    label=\"{name}\";\n");
            foreach (var node in nodes)
            {
                var shape = node.Expression is Application ? "box" : "ellipse";
                text.Append($"    n{node.Number} [shape={shape}, label=\"{string.Join("\\n", Lines(node))}\"];\n");
            }
            text.Append("  }\n");
        }
        foreach (var node in diagram.Nodes)
            foreach (var argument in node.Arguments) text.Append($"  n{argument} -> n{node.Number};\n");
        return text.Append("}\n").ToString();
    }

    private static IEnumerable<string> Lines(DiagramNode node) =>
        [.. node.Results.Select(name => $"{name} ="), node.Label, $"{node.Expression.Shape}"];
}
