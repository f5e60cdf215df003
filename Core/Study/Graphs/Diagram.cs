using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A node of a diagram.</summary>
/// <param name="Number">Its number, which is the one that a writer prints.</param>
/// <param name="Expression">What it stands for.</param>
/// <param name="Arguments">The numbers of what it is made from.</param>
/// <param name="Part">The part it belongs to, by its place among the diagram's.</param>
/// <param name="IsOutput">Whether the part ends with it: it is the residual stream, or the cotangent of that.</param>
/// <param name="Results">What it is called, if it was asked for.</param>
public sealed record DiagramNode(int Number, Expr Expression, ImmutableArray<int> Arguments, int Part, bool IsOutput, ImmutableArray<string> Results)
{
    /// <summary>A variable's name, a constant's number, an operation's name.</summary>
    public string Label => Expression.Match(
        variable => variable.Name,
        constant => FormattableString.Invariant($"{constant.Value}"),
        application => application.Operation.Name);
}

/// <summary>The graph of a subject, node by node, and the names of its parts.</summary>
public sealed record Diagram(ImmutableArray<DiagramNode> Nodes, ImmutableArray<string> Parts)
{
    /// <summary>The diagram of what is asked for; of the parts, those that it needs.</summary>
    public static Diagram Of(Computation computation)
    {
        var order = PostOrder<Expr>.Of([.. computation.Results.Select(result => result.Expression)]);
        var partOf = new Dictionary<Expr, int>();
        for (var part = 0; part < computation.Parts.Length; part++)
            foreach (var node in PostOrder<Expr>.Of(computation.Parts[part].Outputs.AsSpan()).Nodes) partOf.TryAdd(node, part);

        var needed = order.Nodes.Select(node => partOf[node]).Distinct().Order().ToList();
        var ends = computation.Parts.Select(part => part.Outputs[0]).ToHashSet();
        var results = computation.Results.ToLookup(result => result.Expression, result => result.Name);
        return new(
            [.. order.Nodes.Select((node, i) => new DiagramNode(
                i, node, [.. order.ParentsOf(i)], needed.IndexOf(partOf[node]), ends.Contains(node), [.. results[node]]))],
            [.. needed.Select(part => computation.Parts[part].Name)]);
    }

    /// <summary>The nodes of each part.</summary>
    public IEnumerable<(string Name, IEnumerable<DiagramNode> Nodes)> NodesByPart =>
        Parts.Select((name, part) => (name, Nodes.Where(node => node.Part == part)));
}
