using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

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

    /// <summary>The fingerprint of a node it was made from: best known without a visit there.</summary>
    int ParentFingerprint(int k);
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

    public override string ToString() => $"{Nodes.Length} nodes";

    /// <summary>Walks the graph below the roots with a stack of its own, so that no depth overflows the thread's.</summary>
    public static PostOrder<TNode> Of(params ReadOnlySpan<TNode> roots)
    {
        var (nodes, nodeCount) = (Lend<TNode>(), 0);                // the nodes that have their place,
        var (parents, parentCount) = (Lend<int>(), 0);              // the places of their parents, node after node,
        var (parentsEnd, endCount) = (Lend<int>(), 0);              // and where those of each node end
        var (slots, mask) = (Slots(512), 511);                      // a hash table of the same nodes: 1 + a place, or 0
        var (path, depth) = (Lend<(TNode Node, int Next)>(), 0);    // a root, a parent of it, a parent of that …, and which parent each asks for next
        var (found, foundCount) = (Lend<int>(), 0);                 // the places of the roots, and of the parents that the path has asked for
        foreach (var root in roots)
        {
            Visit(root, root.Fingerprint);
            while (depth > 0)
            {
                ref var top = ref path[depth - 1];
                if (top.Next == top.Node.ParentCount) Place(path[--depth].Node);
                else Visit(top.Node.Parent(top.Next), top.Node.ParentFingerprint(top.Next++));
            }
        }
        var order = new PostOrder<TNode>(
            [.. nodes.AsSpan(0, nodeCount)], [.. parents.AsSpan(0, parentCount)], [.. parentsEnd.AsSpan(0, endCount)], [.. found.AsSpan(0, foundCount)]);
        Return(nodes);
        Return(parents);
        Return(parentsEnd);
        Return(path);
        Return(found);
        Return(slots);
        return order;

        // A node that is met has its place or is new: on the path it cannot be, for there are no cycles.
        void Visit(TNode node, int fingerprint)
        {
            var taken = slots[SlotOf(node, fingerprint)];
            if (taken > 0) Append(ref found, ref foundCount, taken - 1);
            else Append(ref path, ref depth, (node, 0));
        }

        void Place(TNode node)
        {
            foundCount -= node.ParentCount;
            for (var k = 0; k < node.ParentCount; k++) Append(ref parents, ref parentCount, found[foundCount + k]);
            Append(ref parentsEnd, ref endCount, parentCount);
            Append(ref found, ref foundCount, nodeCount);
            Append(ref nodes, ref nodeCount, node);
            if (2 * nodeCount > mask) Widen();
            else slots[SlotOf(node, node.Fingerprint)] = nodeCount;
        }

        // Nodes may share a fingerprint: after a few neighbours the search goes on from the runtime's own hash, which costs more.
        int SlotOf(TNode node, int fingerprint)
        {
            var slot = fingerprint & mask;
            for (var tries = 1; slots[slot] is > 0 and var taken && !nodes[taken - 1].Equals(node); tries++)
                slot = (tries == 8 ? node.GetHashCode() : slot + 1) & mask;
            return slot;
        }

        // By much at a time: an empty slot costs less than going to every node again.
        void Widen()
        {
            Return(slots);
            mask = 8 * mask + 7;
            slots = Slots(mask + 1);
            for (var place = 0; place < nodeCount; place++) slots[SlotOf(nodes[place], nodes[place].Fingerprint)] = place + 1;
        }
    }

    // The lists of a walk are arrays on loan from the pool, where they are warm: fresh memory costs more than the walk itself.

    private static T[] Lend<T>() => ArrayPool<T>.Shared.Rent(1024);

    private static int[] Slots(int count)
    {
        var slots = ArrayPool<int>.Shared.Rent(count);
        Array.Clear(slots, 0, count);
        return slots;
    }

    private static void Append<T>(ref T[] list, ref int count, T item)
    {
        if (count == list.Length) Lengthen(ref list);
        list[count++] = item;
    }

    private static void Lengthen<T>(ref T[] list)
    {
        var longer = ArrayPool<T>.Shared.Rent(2 * list.Length);
        list.CopyTo(longer);
        Return(list);
        list = longer;
    }

    private static void Return<T>(T[] list) => ArrayPool<T>.Shared.Return(list, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
}
