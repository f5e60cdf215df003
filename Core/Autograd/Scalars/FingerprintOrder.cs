using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MicroGpt.Autograd;

/// <summary>A node with a fingerprint: a hash that costs less than GetHashCode. Different nodes may have the same fingerprint.</summary>
internal interface IFingerprinted<TNode> : INode<TNode> where TNode : IFingerprinted<TNode>
{
    /// <summary>The fingerprint.</summary>
    int Fingerprint { get; }

    /// <summary>The fingerprint of the k-th parent. The node stores a copy, because reading the parent costs a cache miss.</summary>
    int ParentFingerprint(int k);
}

/// <summary>
/// A faster <see cref="PostOrder{TNode}"/>, for a graph with one root. Graphs of numbers need it, because they are large, and
/// every training step builds a new graph.
/// </summary>
internal sealed class FingerprintOrder<TNode> where TNode : IFingerprinted<TNode>
{
    private readonly ImmutableArray<int> parents, parentsEnd;

    private FingerprintOrder(ImmutableArray<TNode> nodes, ImmutableArray<int> parents, ImmutableArray<int> parentsEnd) =>
        (Nodes, this.parents, this.parentsEnd) = (nodes, parents, parentsEnd);

    /// <summary>The nodes in an order that puts each node after its parents.</summary>
    public ImmutableArray<TNode> Nodes { get; }

    /// <summary>The indices in <see cref="Nodes"/> of the i-th node's parents.</summary>
    public ReadOnlySpan<int> ParentsOf(int i) => parents.AsSpan()[(i == 0 ? 0 : parentsEnd[i - 1])..parentsEnd[i]];

    /// <summary>
    /// Walks the graph below a root. The stack is on the heap, so a deep graph does not overflow the thread's stack. Cancelled, the walk
    /// throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public static FingerprintOrder<TNode> Of(TNode root, CancellationToken cancellation = default)
    {
        var (nodes, nodeCount) = (Rent<TNode>(), 0);                // The nodes in the order of the result.
        var (parents, parentCount) = (Rent<int>(), 0);              // For each node in turn, the indices of its parents.
        var (parentsEnd, endCount) = (Rent<int>(), 0);              // For each node, the end of its range in parents.
        var (slots, mask) = (RentSlots(512), 511);                  // A hash table. A slot holds a node's index + 1, or 0 if it is empty.
        var (path, depth) = (Rent<(TNode Node, int Next)>(), 0);    // The path from the root. Next is the parent to visit next.
        var (found, foundCount) = (Rent<int>(), 0);                 // The indices of the parents that were visited from the path.
        Visit(root, root.Fingerprint);
        while (depth > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            ref var top = ref path[depth - 1];
            if (top.Next == top.Node.ParentCount) Append(path[--depth].Node);
            else Visit(top.Node.Parent(top.Next), top.Node.ParentFingerprint(top.Next++));
        }
        var order = new FingerprintOrder<TNode>(
            [.. nodes.AsSpan(0, nodeCount)], [.. parents.AsSpan(0, parentCount)], [.. parentsEnd.AsSpan(0, endCount)]);
        Return(nodes);
        Return(parents);
        Return(parentsEnd);
        Return(path);
        Return(found);
        Return(slots);
        return order;

        // The node is either in the list of nodes already, or new. It cannot be on the path, because the graph has no cycles.
        void Visit(TNode node, int fingerprint)
        {
            var taken = slots[SlotOf(node, fingerprint)];
            if (taken > 0) Push(ref found, ref foundCount, taken - 1);
            else Push(ref path, ref depth, (node, 0));
        }

        void Append(TNode node)
        {
            foundCount -= node.ParentCount;
            for (var k = 0; k < node.ParentCount; k++) Push(ref parents, ref parentCount, found[foundCount + k]);
            Push(ref parentsEnd, ref endCount, parentCount);
            Push(ref found, ref foundCount, nodeCount);
            Push(ref nodes, ref nodeCount, node);
            if (2 * nodeCount > mask) Grow();
            else slots[SlotOf(node, node.Fingerprint)] = nodeCount;
        }

        // Nodes may share a fingerprint. After eight probes, the search continues at the slot of GetHashCode, which costs more.
        int SlotOf(TNode node, int fingerprint)
        {
            var slot = fingerprint & mask;
            for (var tries = 1; slots[slot] is > 0 and var taken && !nodes[taken - 1].Equals(node); tries++)
                slot = (tries == 8 ? node.GetHashCode() : slot + 1) & mask;
            return slot;
        }

        // The table grows eightfold, because empty slots cost less than another rehash of all nodes.
        void Grow()
        {
            Return(slots);
            mask = 8 * mask + 7;
            slots = RentSlots(mask + 1);
            for (var i = 0; i < nodeCount; i++) slots[SlotOf(nodes[i], nodes[i].Fingerprint)] = i + 1;
        }
    }

    // The buffers of a walk are rented from the pool, so they are in cache. Fresh memory would cost more than the walk itself.

    private static T[] Rent<T>() => ArrayPool<T>.Shared.Rent(1024);

    private static int[] RentSlots(int count)
    {
        var slots = ArrayPool<int>.Shared.Rent(count);
        Array.Clear(slots, 0, count);
        return slots;
    }

    private static void Push<T>(ref T[] list, ref int count, T item)
    {
        if (count == list.Length) Double(ref list);
        list[count++] = item;
    }

    private static void Double<T>(ref T[] list)
    {
        var longer = ArrayPool<T>.Shared.Rent(2 * list.Length);
        list.CopyTo(longer);
        Return(list);
        list = longer;
    }

    private static void Return<T>(T[] list) => ArrayPool<T>.Shared.Return(list, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
}
