using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Study;

/// <summary>How many nodes there are of each kind.</summary>
public sealed record NodeCounts(int Variables, int Constants, ImmutableDictionary<string, int> Operations)
{
    /// <summary>All nodes.</summary>
    public int Nodes => Variables + Constants + Operations.Values.Sum();

    /// <summary>The census of some expressions and all that they are made of.</summary>
    public static NodeCounts Count(ImmutableArray<NamedExpression> expressions)
    {
        var nodes = PostOrder<Expr>.Of([.. expressions.Select(named => named.Expression)]).Nodes;
        return new(nodes.OfType<Variable>().Count(), nodes.OfType<Constant>().Count(),
            nodes.OfType<Application>().CountBy(node => node.Operation.Name).ToImmutableDictionary());
    }

    /// <summary>The number of buffers that a program for these expressions needs, for one document of <paramref name="blockSize"/>.</summary>
    public static int CountBuffers(ImmutableArray<NamedExpression> expressions, int blockSize) => Program<float>.Plan(
        [.. expressions.Select(named => new Output<float>(named.Expression))], new BatchLayout(documents: 1, positions: blockSize)).Sizes.Length;
}
