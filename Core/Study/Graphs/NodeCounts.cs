using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Study;

/// <summary>The number of nodes of each kind.</summary>
public sealed record NodeCounts(int Variables, int Constants, ImmutableDictionary<string, int> Operations)
{
    /// <summary>The number of variables, constants and operations together.</summary>
    public int Nodes => Variables + Constants + Operations.Values.Sum();

    /// <summary>Counts the nodes in the graphs of the expressions. A shared node counts once.</summary>
    public static NodeCounts Count(ImmutableArray<NamedExpression> expressions)
    {
        var nodes = PostOrder<Expr>.Of([.. expressions.Select(named => named.Expression)]).Nodes;
        return new(nodes.OfType<Variable>().Count(), nodes.OfType<Constant>().Count(),
            nodes.OfType<Application>().CountBy(node => node.Operation.Name).ToImmutableDictionary());
    }

    /// <summary>
    /// The number of buffers that a compiled program allocates for the expressions, for one document of <paramref name="blockSize"/>
    /// positions.
    /// </summary>
    public static int CountBuffers(ImmutableArray<NamedExpression> expressions, int blockSize)
    {
        ImmutableArray<Output> outputs = [.. expressions.Select(named => new Output(named.Expression, named.Replaces))];
        return Program<float>.Plan(outputs, new BatchLayout(documents: 1, positions: blockSize)).Sizes.Length;
    }
}
