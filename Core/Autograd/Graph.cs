using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>A node of an acyclic graph. It knows its parents, the nodes it was made from, and equals only itself.</summary>
public interface INode<TNode> : IEquatable<TNode> where TNode : INode<TNode>
{
    /// <summary>The number of parents.</summary>
    int ParentCount { get; }

    /// <summary>The k-th parent, in the order written.</summary>
    TNode Parent(int k);
}

/// <summary>The nodes that some roots are made from, each once, every node after its parents: depth-first post-order.</summary>
public sealed class PostOrder<TNode> where TNode : INode<TNode>
{
    private readonly ImmutableArray<ImmutableArray<int>> parents;

    private PostOrder(ImmutableArray<TNode> nodes, ImmutableArray<ImmutableArray<int>> parents, ImmutableArray<int> roots) =>
        (Nodes, this.parents, Roots) = (nodes, parents, roots);

    /// <summary>The nodes, parents first.</summary>
    public ImmutableArray<TNode> Nodes { get; }

    /// <summary>The index of each root in <see cref="Nodes"/>.</summary>
    public ImmutableArray<int> Roots { get; }

    /// <summary>The indices in <see cref="Nodes"/> of the i-th node's parents.</summary>
    public ImmutableArray<int> ParentsOf(int i) => parents[i];

    public override string ToString() => $"{Nodes.Length} nodes";

    /// <summary>Walks the graph below the roots with a stack of its own, so that no depth overflows the thread's.</summary>
    public static PostOrder<TNode> Of(params ReadOnlySpan<TNode> roots)
    {
        var nodes = ImmutableArray.CreateBuilder<TNode>();
        var indexOf = new Dictionary<TNode, int>();
        var path = new Stack<(TNode Node, int Next)>(); // a root, a parent of it, a parent of that …, each with its parent to visit next
        foreach (var root in roots)
        {
            path.Push((root, 0));
            while (path.TryPop(out var top))
            {
                if (indexOf.ContainsKey(top.Node)) continue;
                if (top.Next == top.Node.ParentCount)
                {
                    indexOf.Add(top.Node, nodes.Count);
                    nodes.Add(top.Node);
                    continue;
                }
                path.Push((top.Node, top.Next + 1));
                path.Push((top.Node.Parent(top.Next), 0));
            }
        }
        var parents = nodes.Select(node => Enumerable.Range(0, node.ParentCount).Select(k => indexOf[node.Parent(k)]).ToImmutableArray());
        return new(nodes.ToImmutable(), [.. parents], [.. roots.ToArray().Select(root => indexOf[root])]);
    }
}
