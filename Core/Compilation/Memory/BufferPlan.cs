using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A node that a kernel computes, and the place of its value: a buffer of the program, or the buffer of a variable.</summary>
/// <param name="Node">The node.</param>
/// <param name="Buffer">The index of the program's buffer; null if the value overwrites a variable.</param>
/// <param name="Overwrites">The variable that the value overwrites; null if the value is in a buffer of the program.</param>
internal sealed record PlannedNode(Application Node, int? Buffer, Variable? Overwrites);

/// <summary>
/// A buffer plan follows from liveness. A node is live until its last reader is computed. After that, the node's buffer can be reused.
/// </summary>
/// <param name="Kernels">The nodes that each kernel computes, and their places, in the order in which the kernels run.</param>
/// <param name="Sizes">The number of elements of each buffer.</param>
/// <param name="Places">For each output, the node or variable in whose place the output is after a run.</param>
internal sealed record BufferPlan(
    ImmutableArray<ImmutableArray<PlannedNode>> Kernels, ImmutableArray<long> Sizes, ImmutableArray<Expr> Places)
{
    /// <summary>The plan for some outputs. The buffer of an output is not reused.</summary>
    /// <param name="outputs">The outputs. No two of them overwrite the same variable.</param>
    /// <param name="size">Returns the number of elements that a matrix of the given shape needs.</param>
    /// <param name="isInPlace">
    /// True if the kernel of an operation may write its result over the k-th argument, because an entry of the result depends only on the
    /// entry of this argument at the same place.
    /// </param>
    /// <param name="observer">Receives the progress, and may cancel.</param>
    public static BufferPlan Of(
        ImmutableArray<Output> outputs, Func<Shape, long> size, Func<Operation, int, bool> isInPlace, Observer observer = default)
    {
        var (kernels, places) = KernelOrder.Of(outputs, isInPlace, observer);
        var uses = new Dictionary<Expr, int>();
        foreach (var kernel in kernels)
            foreach (var x in kernel[0].Node.Arguments) Use(x);
        foreach (var x in places) Use(x);

        var (free, sizes, buffers) = (new Dictionary<long, Stack<int>>(), new List<long>(), new Dictionary<Expr, int>());
        return new([.. kernels.Select(Planned)], [.. sizes], places);

        void Use(Expr x) => uses[x] = uses.GetValueOrDefault(x) + 1;

        // An argument is released before a result is placed if the result may overwrite it. A result that may overwrite no argument is
        // placed first.
        ImmutableArray<PlannedNode> Planned(ImmutableArray<PlacedNode> kernel, int place)
        {
            observer.Report("plan", place, kernels.Length);
            var arguments = kernel[0].Node.Arguments;
            bool MayOverwrite(int k) => kernel.Any(placed => isInPlace(placed.Node.Operation, k));
            bool IsInPlace(PlacedNode placed) => arguments.Select((_, k) => isInPlace(placed.Node.Operation, k)).Any(x => x);

            foreach (var placed in kernel) if (!IsInPlace(placed)) Place(placed);
            for (var k = 0; k < arguments.Length; k++) if (MayOverwrite(k)) Release(arguments[k]);
            foreach (var placed in kernel) if (IsInPlace(placed)) Place(placed);
            for (var k = 0; k < arguments.Length; k++) if (!MayOverwrite(k)) Release(arguments[k]);
            return [.. kernel.Select(placed =>
                new PlannedNode(placed.Node, placed.Overwrites is null ? buffers[placed.Node] : null, placed.Overwrites))];
        }

        void Place(PlacedNode placed)
        {
            if (placed.Overwrites is null) buffers.Add(placed.Node, Allocate(size(placed.Node.Shape)));
        }

        void Release(Expr x)
        {
            if (--uses[x] > 0 || !buffers.TryGetValue(x, out var buffer)) return;
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
        other is not null && Sizes.ContentEquals(other.Sizes) && Places.ContentEquals(other.Places)
        && Kernels.Length == other.Kernels.Length && Kernels.Zip(other.Kernels, ContentEquality.ContentEquals).All(isEqual => isEqual);

    public override int GetHashCode() => HashCode.Combine(Kernels.Length, Sizes.Length);
}
