using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MicroGpt.Autograd;

/// <summary>A node of a graph without cycles, which knows the nodes it was made from; its identity is its reference.</summary>
public interface INode<TNode> where TNode : class, INode<TNode>
{
    /// <summary>How many nodes it was made from.</summary>
    int ParentCount { get; }

    /// <summary>One of them, in the order written.</summary>
    TNode Parent(int k);
}

/// <summary>The nodes that some roots are made from, each once, every node after its parents: depth-first post-order.</summary>
public sealed class PostOrder<TNode> where TNode : class, INode<TNode>
{
    private readonly Dictionary<TNode, int> index;

    private PostOrder(ImmutableArray<TNode> nodes, Dictionary<TNode, int> index) => (Nodes, this.index) = (nodes, index);

    /// <summary>The nodes, parents first.</summary>
    public ImmutableArray<TNode> Nodes { get; }

    /// <summary>Where a node stands among <see cref="Nodes"/>.</summary>
    public int IndexOf(TNode node) => index[node];

    /// <summary>Walks the graph below the roots with a stack of its own, so that no depth overflows the thread's.</summary>
    public static PostOrder<TNode> Of(params ReadOnlySpan<TNode> roots)
    {
        const int Open = -1;
        var nodes = new List<TNode>();
        var index = new Dictionary<TNode, int>(ReferenceEqualityComparer.Instance);
        var path = new Stack<(TNode Node, int Next)>();
        foreach (var root in roots)
        {
            Visit(root);
            while (path.TryPop(out var top))
            {
                if (top.Next < top.Node.ParentCount)
                {
                    path.Push((top.Node, top.Next + 1));
                    Visit(top.Node.Parent(top.Next));
                }
                else
                {
                    index[top.Node] = nodes.Count;
                    nodes.Add(top.Node);
                }
            }
        }
        return new(ImmutableCollectionsMarshal.AsImmutableArray(nodes.ToArray()), index);

        void Visit(TNode node)
        {
            if (index.TryAdd(node, Open)) path.Push((node, 0));
        }
    }
}
