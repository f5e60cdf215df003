using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MicroGpt.Autograd;

/// <summary>A node of a graph without cycles, which knows the nodes it was made from; and is equal to none but itself.</summary>
public interface INode<TNode> : IEquatable<TNode> where TNode : INode<TNode>
{
    /// <summary>How many nodes it was made from.</summary>
    int ParentCount { get; }

    /// <summary>A number that tells it from most others, cheaper to have than its hash code.</summary>
    int Fingerprint { get; }

    /// <summary>A node it was made from, in the order written.</summary>
    TNode Parent(int k);
}

/// <summary>The nodes that some roots are made from, each once, every node after its parents: depth-first post-order.</summary>
public sealed class PostOrder<TNode> where TNode : INode<TNode>
{
    private readonly ImmutableArray<int> parents, parentsEnd;

    private PostOrder(ImmutableArray<TNode> nodes, ImmutableArray<int> parents, ImmutableArray<int> parentsEnd, ImmutableArray<int> roots) =>
        (Nodes, this.parents, this.parentsEnd, Roots) = (nodes, parents, parentsEnd, roots);

    /// <summary>The nodes, parents first.</summary>
    public ImmutableArray<TNode> Nodes { get; }

    /// <summary>Where the roots stand among <see cref="Nodes"/>.</summary>
    public ImmutableArray<int> Roots { get; }

    /// <summary>Where the parents of the i-th node stand among <see cref="Nodes"/>.</summary>
    public ReadOnlySpan<int> ParentsOf(int i) => parents.AsSpan()[(i == 0 ? 0 : parentsEnd[i - 1])..parentsEnd[i]];

    /// <summary>Walks the graph below the roots with a stack of its own, so that no depth overflows the thread's.</summary>
    public static PostOrder<TNode> Of(params ReadOnlySpan<TNode> roots)
    {
        var (nodes, parents, parentsEnd) = (new List<TNode>(), new List<int>(), new List<int>());
        var numbers = new Numbers();                // a node gets a number when it is met,
        var places = new List<int>();               // and by that number a place in the order, when its parents have theirs
        var path = new Stack<(TNode Node, int Next)>();
        var met = new List<int>();                  // the numbers of the nodes on the path, each before those of its parents so far
        foreach (var root in roots)
        {
            Meet(root);
            while (path.TryPop(out var top))
            {
                if (top.Next == top.Node.ParentCount)
                {
                    Place(top.Node);
                    continue;
                }
                path.Push((top.Node, top.Next + 1));
                Meet(top.Node.Parent(top.Next));
            }
        }
        return new([.. nodes], [.. parents], [.. parentsEnd], [.. met.Select(number => places[number])]);

        void Meet(TNode node)
        {
            var number = numbers.Of(node);
            met.Add(number);
            if (number < places.Count) return;
            places.Add(0);
            path.Push((node, 0));
        }

        void Place(TNode node)
        {
            var count = node.ParentCount;
            foreach (var number in CollectionsMarshal.AsSpan(met)[^count..]) parents.Add(places[number]);
            met.RemoveRange(met.Count - count, count);
            places[met[^1]] = nodes.Count;
            nodes.Add(node);
            parentsEnd.Add(parents.Count);
        }
    }

    /// <summary>Numbers nodes in the order in which they are met: a hash table, small enough for the processor's cache.</summary>
    private sealed class Numbers
    {
        private readonly List<TNode> nodes = [];
        private int[] slots = new int[64];         // 1 + a node's number, or 0

        public int Of(TNode node)
        {
            var slot = Find(node);
            if (slots[slot] is var taken and > 0) return taken - 1;
            nodes.Add(node);
            slots[slot] = nodes.Count;
            if (2 * nodes.Count > slots.Length) Grow();
            return nodes.Count - 1;
        }

        // Nodes may share a fingerprint; where one is taken, the search goes on from the runtime's own hash, which costs more.
        private int Find(TNode node)
        {
            var mask = slots.Length - 1;
            var slot = node.Fingerprint & mask;
            if (IsHeldOrFree(slot, node)) return slot;
            slot = node.GetHashCode() & mask;
            while (!IsHeldOrFree(slot, node)) slot = slot + 1 & mask;
            return slot;
        }

        private bool IsHeldOrFree(int slot, TNode node) => slots[slot] == 0 || nodes[slots[slot] - 1].Equals(node);

        private void Grow()
        {
            slots = new int[2 * slots.Length];
            for (var number = 0; number < nodes.Count; number++) slots[Find(nodes[number])] = number + 1;
        }
    }
}
