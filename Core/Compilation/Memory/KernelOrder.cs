using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>An output of a program.</summary>
/// <param name="Expression">The expression that the program computes.</param>
/// <param name="Overwrites">
/// The variable whose buffer holds the value after a run. It has the shape of the expression. Without a variable, the value is in a buffer
/// of the program.
/// </param>
internal sealed record Output(Expr Expression, Variable? Overwrites = null);

/// <summary>A node, and the variable whose buffer its kernel overwrites with the value, if there is one.</summary>
internal readonly record struct PlacedNode(Application Node, Variable? Overwrites);

/// <summary>
/// The order of the kernels that compute some outputs. One kernel computes all results of a fused family. A kernel that overwrites a
/// variable runs after all other kernels that read the variable. If there is no such order, the value is copied into the variable at the
/// end. Time and memory are linear in the number of nodes.
/// </summary>
internal static class KernelOrder
{
    /// <summary>
    /// The nodes that each kernel computes, in the order in which the kernels run; and for each output, the node or variable in whose place
    /// the output is after a run.
    /// </summary>
    /// <param name="outputs">The outputs. No two of them overwrite the same variable.</param>
    /// <param name="isInPlace">
    /// True if the kernel of an operation may write its result over the k-th argument, because an entry of the result depends only on the
    /// entry of this argument at the same place.
    /// </param>
    /// <param name="observer">May cancel.</param>
    public static (ImmutableArray<ImmutableArray<PlacedNode>> Kernels, ImmutableArray<Expr> Places) Of(
        ImmutableArray<Output> outputs, Func<Operation, int, bool> isInPlace, Observer observer = default)
    {
        var (roots, overwrites) = Roots(outputs);
        // The last outputs are computed first. In a training step these are the parameters of the last layer. The operands of their
        // gradients are still in cache, and their buffers are freed early.
        var kernels = Kernels(PostOrder<Expr>.Of([.. roots.Reverse()], observer.Cancellation).Nodes);
        var inPlace = new Dictionary<Application, Variable>(
            overwrites.Where(pair => !pair.Key.Arguments.Where((x, k) => x == pair.Value && !isInPlace(pair.Key.Operation, k)).Any()));
        var order = Ordered(kernels, inPlace);
        ImmutableArray<ImmutableArray<PlacedNode>> placed =
        [
            .. order.Select(k => ImmutableArray.CreateRange(kernels[k], node => new PlacedNode(node, inPlace.GetValueOrDefault(node)))),
            .. overwrites.Where(pair => !inPlace.ContainsKey(pair.Key))
                .Select(pair => ImmutableArray.Create(new PlacedNode(new(new Copy(), pair.Key), pair.Value))),
        ];
        return (placed, [.. outputs.Select((output, i) => output.Overwrites ?? roots[i])]);
    }

    // The roots of the outputs, and the nodes that overwrite variables. A leaf is copied into the variable that it overwrites, and so is a
    // node that overwrites another variable already. An output that is a variable is copied if another output overwrites the variable.
    private static (Expr[] Roots, Dictionary<Application, Variable> Overwrites) Roots(ImmutableArray<Output> outputs)
    {
        var overwritten = outputs.Where(output => output.Overwrites is not null).ToDictionary(output => (Expr)output.Overwrites!);
        var (roots, overwrites) = (new Expr[outputs.Length], new Dictionary<Application, Variable>());
        for (var i = 0; i < roots.Length; i++)
        {
            var (x, variable) = outputs[i];
            if (variable is not null && variable.Shape != x.Shape)
                throw ShapeException.Of($"overwriting {variable.Name}", [variable.Shape, x.Shape]);
            var isCopied = x != variable && (variable is null
                ? x is Variable && overwritten.ContainsKey(x)
                : x is not Application node || overwrites.ContainsKey(node));
            roots[i] = isCopied ? new Application(new Copy(), x) : x;
            if (variable is not null && x != variable) overwrites.Add((Application)roots[i], variable);
        }
        return (roots, overwrites);
    }

    // The nodes of each kernel, in the order of their first nodes: a single node, or the results of a family from the same arguments.
    private static List<ImmutableArray<Application>> Kernels(ImmutableArray<Expr> nodes)
    {
        var (kernels, families) = (new List<ImmutableArray<Application>>(), new Dictionary<Application, int>(SameApplication.Comparer));
        foreach (var x in nodes)
        {
            if (x is not Application node) continue;
            var key = node.Operation is FusedFamily family ? new Application(family with { Result = 0 }, node.Arguments) : node;
            if (node.Operation is FusedFamily && families.TryGetValue(key, out var k) && kernels[k].All(x => x.Operation != node.Operation))
                kernels[k] = kernels[k].Add(node);
            else
            {
                families[key] = kernels.Count;
                kernels.Add([node]);
            }
        }
        return kernels;
    }

    // The kernels in their own order, except that a kernel waits for the other readers of each variable that it overwrites. A node is
    // removed from `overwrites` if a reader of the variable needs the node's value, because the kernel then cannot wait for this reader.
    private static List<int> Ordered(List<ImmutableArray<Application>> kernels, Dictionary<Application, Variable> overwrites)
    {
        var (waits, order, isDone) = (new Waits(kernels, overwrites), new List<int>(kernels.Count), new bool[kernels.Count]);
        for (var k = 0; k < kernels.Count; k++)
            if (waits.Count[k] == 0) Append(k);
        // The arguments of the first kernel that is left are computed, so that it waits for readers of variables only.
        for (var k = 0; k < kernels.Count; k++)
        {
            if (isDone[k]) continue;
            foreach (var node in kernels[k])
                if (overwrites.TryGetValue(node, out var variable)
                    && waits.Readers.GetValueOrDefault(variable, []).Exists(reader => reader != k && !isDone[reader]))
                    overwrites.Remove(node);
            Append(k);
        }
        return order;

        // Appends kernel k, and then each earlier kernel that was waiting only for kernels that are appended now.
        void Append(int k)
        {
            var ready = new List<int> { k };
            for (var i = 0; i < ready.Count; i++)
            {
                order.Add(ready[i]);
                isDone[ready[i]] = true;
                foreach (var waiting in waits.For[ready[i]])
                    if (--waits.Count[waiting] == 0 && waiting < k && !isDone[waiting]) ready.Add(waiting);
            }
        }
    }

    // The kernels that each kernel waits for: those of its arguments, and the other readers of each variable that it overwrites.
    private sealed class Waits
    {
        public Waits(List<ImmutableArray<Application>> kernels, Dictionary<Application, Variable> overwrites)
        {
            (Count, For) = (new int[kernels.Count], new List<int>[kernels.Count]);
            var kernelOf = new Dictionary<Expr, int>();
            for (var k = 0; k < kernels.Count; k++)
            {
                For[k] = [];
                foreach (var x in kernels[k][0].Arguments)
                    if (kernelOf.TryGetValue(x, out var argument)) Add(argument, k);
                    else if (Readers.TryGetValue(x, out var readers)) readers.Add(k);
                    else Readers.Add(x, [k]);
                foreach (var node in kernels[k]) kernelOf.Add(node, k);
            }
            foreach (var (node, variable) in overwrites)
                foreach (var reader in Readers.GetValueOrDefault(variable, []))
                    if (reader != kernelOf[node]) Add(reader, kernelOf[node]);
        }

        // The number of waits of each kernel that have not ended.
        public int[] Count { get; }

        // The kernels that wait for each kernel.
        public List<int>[] For { get; }

        // The kernels that read each leaf.
        public Dictionary<Expr, List<int>> Readers { get; } = [];

        private void Add(int kernel, int waiting)
        {
            For[kernel].Add(waiting);
            Count[waiting]++;
        }
    }
}
