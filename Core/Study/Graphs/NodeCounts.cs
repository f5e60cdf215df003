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

    /// <summary>How many blocks of memory the program for some expressions takes for its operations, a document at a time.</summary>
    public static int CountBuffers(ImmutableArray<NamedExpression> expressions, int blockSize)
    {
        var layout = new BatchLayout(documents: 1, positions: blockSize);
        return new Program<float>([.. expressions.Select(named => named.Expression)], layout,
            variable => MatrixBuffer<float>.Allocate(layout.Capacity(variable.Shape.Rows), variable.Shape.Columns), _ => null).Buffers;
    }
}
