using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A node of a diagram.</summary>
/// <param name="Number">The number that <see cref="Writer"/> prints for the node.</param>
/// <param name="Expression">The node of the expression.</param>
/// <param name="Arguments">The numbers of the node's arguments.</param>
/// <param name="Part">The index of the node's part in the diagram.</param>
/// <param name="IsOutput">True for the first output of a part. In most parts, this output is the residual stream or its cotangent.</param>
/// <param name="Results">The names of the results that the node computes. Most nodes compute no result.</param>
public sealed record DiagramNode(
    int Number, Expr Expression, ImmutableArray<int> Arguments, int Part, bool IsOutput, ImmutableArray<string> Results)
{
    /// <summary>The name of a variable, the value of a constant, or the name of an operation.</summary>
    public string Label => Writer.Label(Expression);

    /// <summary>The line that <see cref="Writer"/> prints for the node, without its shape.</summary>
    public string Line => Writer.Line(Expression, Number, Arguments);

    public bool Equals(DiagramNode? other) =>
        other is not null && Number == other.Number && Expression == other.Expression && Part == other.Part && IsOutput == other.IsOutput
        && Arguments.ContentEquals(other.Arguments) && Results.ContentEquals(other.Results);

    public override int GetHashCode() => HashCode.Combine(Number, Expression, Part, IsOutput, Arguments.Length, Results.Length);
}

/// <summary>The graph of a computation: its nodes, and the names of its parts.</summary>
public sealed record Diagram(ImmutableArray<DiagramNode> Nodes, ImmutableArray<string> Parts)
{
    /// <summary>The nodes that the results of a computation need, and the parts that contain these nodes.</summary>
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

    /// <summary>Each part's name, with its nodes in the order of computation.</summary>
    public IEnumerable<(string Name, IEnumerable<DiagramNode> Nodes)> NodesByPart =>
        Parts.Select((name, part) => (name, Nodes.Where(node => node.Part == part)));

    public bool Equals(Diagram? other) => other is not null && Nodes.ContentEquals(other.Nodes) && Parts.ContentEquals(other.Parts);

    public override int GetHashCode() => HashCode.Combine(Nodes.Length, Parts.Length);
}
