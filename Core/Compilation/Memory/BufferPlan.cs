using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A node that a kernel computes, and the place of its value: a buffer of the program, or the buffer of a variable.</summary>
/// <param name="Node">The node.</param>
/// <param name="Buffer">The index of the program's buffer; null if the value overwrites a variable.</param>
/// <param name="Overwrites">The variable that the value overwrites; null if the value is in a buffer of the program.</param>
internal sealed record PlannedNode(Application Node, int? Buffer, Variable? Overwrites);

/// <summary>A kernel of a plan.</summary>
/// <param name="Results">The nodes that the kernel computes from the same arguments.</param>
/// <param name="Sliced">
/// An argument that the kernel computes itself, slice by slice, in a buffer of one slice. It is null if there is none.
/// </param>
internal sealed record PlannedKernel(ImmutableArray<PlannedNode> Results, PlannedNode? Sliced = null)
{
    public bool Equals(PlannedKernel? other) => other is not null && Results.ContentEquals(other.Results) && Equals(Sliced, other.Sliced);

    public override int GetHashCode() => HashCode.Combine(Results.Length, Sliced);
}

/// <summary>
/// A buffer plan follows from liveness. A node is live until its last reader is computed. After that, the node's buffer can be reused.
/// </summary>
/// <param name="Kernels">The kernels, in the order in which they run.</param>
/// <param name="Sizes">The number of elements of each buffer.</param>
/// <param name="Places">For each output, the node or variable in whose place the output is after a run.</param>
internal sealed record BufferPlan(ImmutableArray<PlannedKernel> Kernels, ImmutableArray<long> Sizes, ImmutableArray<Expr> Places)
{
    /// <summary>The plan for some outputs. The buffer of an output is not reused.</summary>
    /// <param name="outputs">The outputs. No two of them overwrite the same variable.</param>
    /// <param name="rules">The properties of the kernels.</param>
    /// <param name="observer">Receives the progress, and may cancel.</param>
    public static BufferPlan Of(ImmutableArray<Output> outputs, PlanRules rules, Observer observer = default)
    {
        var order = KernelOrder.Of(outputs, rules, observer);
        var uses = new Dictionary<Expr, int>();
        foreach (var x in order.Kernels.SelectMany(kernel => kernel.Arguments).Concat(order.Places))
            uses[x] = uses.GetValueOrDefault(x) + 1;

        var (free, sizes, buffers) = (new Dictionary<long, Stack<int>>(), new List<long>(), new Dictionary<Expr, int>());
        return new([.. order.Kernels.Select(Planned)], [.. sizes], order.Places);

        // An argument is released before a result is placed if the result may overwrite it. A result that may overwrite no argument is
        // placed first.
        PlannedKernel Planned(KernelNodes kernel, int place)
        {
            observer.Report("plan", place, order.Kernels.Length);
            var (results, arguments) = (kernel.Results, kernel.Results[0].Arguments);
            int? slice = kernel.Sliced is { } product ? Allocate(rules.SliceSize(product.Shape)) : null;
            var later = kernel.Sliced is { } x ? x.Arguments.ToList() : [];
            foreach (var result in results) if (!IsInPlace(result)) Place(result);
            for (var k = 0; k < arguments.Length; k++)
                if (arguments[k] == kernel.Sliced) continue;
                else if (results.Any(result => rules.IsInPlace(result.Operation, k))) Release(arguments[k]);
                else later.Add(arguments[k]);
            foreach (var result in results) if (IsInPlace(result)) Place(result);
            later.ForEach(Release);
            if (slice is int buffer) Free(buffer);
            return new(
                [.. results.Select(node => order.Overwrites.TryGetValue(node, out var variable)
                    ? new PlannedNode(node, null, variable) : new(node, buffers[node], null))],
                kernel.Sliced is null ? null : new(kernel.Sliced, slice, null));
        }

        bool IsInPlace(Application node) => node.Arguments.Where((_, k) => rules.IsInPlace(node.Operation, k)).Any();

        void Place(Application node)
        {
            if (!order.Overwrites.ContainsKey(node)) buffers.Add(node, Allocate(rules.Size(node.Shape)));
        }

        void Release(Expr x)
        {
            if (--uses[x] == 0 && buffers.TryGetValue(x, out var buffer)) Free(buffer);
        }

        void Free(int buffer)
        {
            if (!free.TryGetValue(sizes[buffer], out var stack)) free.Add(sizes[buffer], stack = []);
            stack.Push(buffer);
        }

        // Returns a free buffer of this size, or a new buffer if none is free. The buffer that was freed last is likely in cache, so it
        // is taken first.
        int Allocate(long elements)
        {
            if (free.TryGetValue(elements, out var stack) && stack.TryPop(out var buffer)) return buffer;
            sizes.Add(elements);
            return sizes.Count - 1;
        }
    }

    public bool Equals(BufferPlan? other) =>
        other is not null && Sizes.ContentEquals(other.Sizes) && Places.ContentEquals(other.Places) && Kernels.ContentEquals(other.Kernels);

    public override int GetHashCode() => HashCode.Combine(Kernels.Length, Sizes.Length);
}
