using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A result of the planned computation.</summary>
/// <param name="Expression">The expression to compute.</param>
/// <param name="HasBuffer">True if the caller supplies the buffer.</param>
/// <param name="Parameter">The parameter that is updated by this result, if the result is a gradient with an update; else null.</param>
internal sealed record PlannedResult(Expr Expression, bool HasBuffer = false, Variable? Parameter = null);

/// <summary>A node of the planned computation, and where its value is stored.</summary>
/// <param name="Node">The node.</param>
/// <param name="Buffer">The index of the node's buffer. It is null for a leaf, and for a result whose buffer the caller supplies.</param>
/// <param name="IsConsumed">
/// True if the node is a gradient whose kernel also updates the parameter. No other node reads such a gradient.
/// </param>
internal sealed record PlannedNode(Expr Node, int? Buffer, bool IsConsumed);

/// <summary>
/// A buffer plan: the nodes of some expressions in the order of computation, a buffer for each node, and the size of each buffer. The plan
/// follows from liveness. A node is live until its last reader is computed. After that, the node's buffer can be reused.
/// </summary>
internal sealed record BufferPlan(ImmutableArray<PlannedNode> Nodes, ImmutableArray<long> Sizes)
{
    /// <summary>The plan for some results. The buffer of a result is not reused.</summary>
    /// <param name="results">The results.</param>
    /// <param name="size">Returns the number of elements that a matrix of the given shape needs.</param>
    /// <param name="inPlace">Returns true if the kernel of the operation may write its result into the buffer of an argument.</param>
    /// <param name="observer">Receives the progress, and may cancel.</param>
    public static BufferPlan Of(
        ImmutableArray<PlannedResult> results, Func<Shape, long> size, Func<Operation, bool> inPlace, Observer observer = default)
    {
        // The last results are computed first. In a training step these are the gradients of the last layer. The operands of these
        // gradients are still in cache, and their buffers are freed early.
        var nodes = PostOrder<Expr>.Of([.. results.Reverse().Select(result => result.Expression)], observer.Cancellation).Nodes;
        var uses = new Dictionary<Expr, int>();
        foreach (var used in nodes.SelectMany(node => node.Arguments).Concat(results.Select(result => result.Expression)))
            uses[used] = uses.GetValueOrDefault(used) + 1;
        var consumed = results.Where(result => IsConsumed(result, uses))
            .ToDictionary(result => result.Expression, result => result.Parameter!);
        var supplied = results.DistinctBy(result => result.Expression).Where(result => result.HasBuffer)
            .Select(result => result.Expression).ToHashSet();

        var (free, sizes, buffers) = (new List<int>(), new List<long>(), new Dictionary<Expr, int>());
        return new([.. Ordered(nodes, consumed).Select(Planned)], [.. sizes]);

        PlannedNode Planned(Expr x, int place)
        {
            observer.Report("plan", place, nodes.Length);
            if (x is not Application node) return new(x, null, IsConsumed: false);
            if (inPlace(node.Operation)) Release(node);
            if (!supplied.Contains(node)) buffers.Add(node, Allocate(size(node.Shape)));
            if (!inPlace(node.Operation)) Release(node);
            return new(node, buffers.TryGetValue(node, out var buffer) ? buffer : null, consumed.ContainsKey(node));
        }

        void Release(Application node)
        {
            foreach (var argument in node.Arguments)
                if (--uses[argument] == 0 && buffers.TryGetValue(argument, out var buffer)) free.Add(buffer);
        }

        // Returns a free buffer of this size, or a new buffer if none is free. The buffer that was freed last is likely in cache, so it
        // is taken first.
        int Allocate(long elements)
        {
            var last = free.FindLastIndex(buffer => sizes[buffer] == elements);
            if (last < 0)
            {
                sizes.Add(elements);
                return sizes.Count - 1;
            }
            var reused = free[last];
            free.RemoveAt(last);
            return reused;
        }
    }

    // True if the kernel of a gradient may also update the parameter. No other node may read the gradient. The arguments of the gradient
    // must not be parameters, because an update that runs slice by slice would change an argument while the kernel still reads it.
    private static bool IsConsumed(PlannedResult result, Dictionary<Expr, int> uses) =>
        result.Parameter is not null && uses[result.Expression] == 1
        && result.Expression is Application { Arguments: var arguments } && !arguments.Any(argument => argument is Variable);

    // The order of computation: leaves, then the other nodes in post-order. If the kernel of a gradient also updates the parameter, the
    // gradient is moved after the last reader of the parameter, because the update overwrites the parameter.
    private static Expr[] Ordered(ImmutableArray<Expr> nodes, Dictionary<Expr, Variable> consumed)
    {
        var lastReader = new Dictionary<Expr, int>();
        for (var i = 0; i < nodes.Length; i++)
            foreach (var argument in nodes[i].Arguments) lastReader[argument] = i;

        // The sort key is -1 for a leaf, and 2i for another node i. A node that is moved after node i has 2i + 1.
        var (ordered, places) = (nodes.ToArray(), new int[nodes.Length]);
        for (var i = 0; i < nodes.Length; i++)
            places[i] = nodes[i] is not Application ? -1
                : consumed.TryGetValue(nodes[i], out var parameter) && lastReader.TryGetValue(parameter, out var last) && last > i
                    ? 2 * last + 1
                : 2 * i;
        Array.Sort(places, ordered);
        return ordered;
    }

    public bool Equals(BufferPlan? other) => other is not null && Nodes.ContentEquals(other.Nodes) && Sizes.ContentEquals(other.Sizes);

    public override int GetHashCode() => HashCode.Combine(Nodes.Length, Sizes.Length);
}
