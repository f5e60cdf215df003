using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>A node of an acyclic graph. Its parents are the nodes from which it was made. A node equals only itself.</summary>
public interface INode<TNode> : IEquatable<TNode> where TNode : INode<TNode>
{
    /// <summary>The number of parents.</summary>
    int ParentCount { get; }

    /// <summary>The k-th parent, from 0, in the order of the operation's arguments.</summary>
    TNode Parent(int k);
}

/// <summary>The depth-first post-order of the nodes below some roots: each node once, after its parents.</summary>
public sealed class PostOrder<TNode> where TNode : INode<TNode>
{
    private readonly ImmutableArray<ImmutableArray<int>> parents;

    private PostOrder(ImmutableArray<TNode> nodes, ImmutableArray<ImmutableArray<int>> parents, ImmutableArray<int> roots) =>
        (Nodes, this.parents, Roots) = (nodes, parents, roots);

    /// <summary>The nodes in an order that puts each node after its parents.</summary>
    public ImmutableArray<TNode> Nodes { get; }

    /// <summary>The index of each root in <see cref="Nodes"/>.</summary>
    public ImmutableArray<int> Roots { get; }

    /// <summary>The indices in <see cref="Nodes"/> of the i-th node's parents.</summary>
    public ImmutableArray<int> ParentsOf(int i) => parents[i];

    public override string ToString() => $"{Nodes.Length} nodes";

    /// <summary>Walks the graph below the roots. The stack is on the heap, so a deep graph does not overflow the thread's stack.</summary>
    public static PostOrder<TNode> Of(params ReadOnlySpan<TNode> roots) => Of(roots, CancellationToken.None);

    /// <summary>Walks the graph below the roots. Cancelled, it throws <see cref="OperationCanceledException"/>.</summary>
    public static PostOrder<TNode> Of(ReadOnlySpan<TNode> roots, CancellationToken cancellation)
    {
        var nodes = ImmutableArray.CreateBuilder<TNode>();
        var parents = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        var indexOf = new Dictionary<TNode, int>();
        var path = new Stack<(TNode Node, int Next)>(); // The path from a root. Next is the number of the parent to visit next.
        foreach (var root in roots)
        {
            path.Push((root, 0));
            while (path.TryPop(out var top))
            {
                cancellation.ThrowIfCancellationRequested();
                if (indexOf.ContainsKey(top.Node)) continue;
                if (top.Next == top.Node.ParentCount)
                {
                    indexOf.Add(top.Node, nodes.Count);
                    nodes.Add(top.Node);
                    parents.Add(ParentsOf(top.Node));
                    continue;
                }
                path.Push((top.Node, top.Next + 1));
                path.Push((top.Node.Parent(top.Next), 0));
            }
        }
        return new(nodes.ToImmutable(), parents.ToImmutable(), [.. roots.ToArray().Select(root => indexOf[root])]);

        ImmutableArray<int> ParentsOf(TNode node)
        {
            var indices = ImmutableArray.CreateBuilder<int>(node.ParentCount);
            for (var k = 0; k < node.ParentCount; k++) indices.Add(indexOf[node.Parent(k)]);
            return indices.MoveToImmutable();
        }
    }
}
