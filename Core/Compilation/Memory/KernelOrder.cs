using System.Collections.Immutable;
using System.Collections.ObjectModel;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// The order of the kernels that compute some outputs. One kernel computes all results of a fused family. A product whose only reader is
/// row-wise is computed by the kernel of its reader, slice by slice. A kernel that overwrites a variable runs after all other kernels that
/// read the variable. If there is no such order, the value is copied into the variable at the end. Time and memory are linear in the number
/// of nodes.
/// </summary>
internal sealed class KernelOrder
{
    private KernelOrder(ImmutableArray<KernelNodes> kernels, Dictionary<Application, Variable> overwrites, ImmutableArray<Expr> places) =>
        (Kernels, Overwrites, Places) = (kernels, new(overwrites), places);

    /// <summary>The kernels, in the order in which they run.</summary>
    public ImmutableArray<KernelNodes> Kernels { get; }

    /// <summary>The nodes that overwrite a variable, and the variable of each.</summary>
    public ReadOnlyDictionary<Application, Variable> Overwrites { get; }

    /// <summary>For each output, the node or variable in whose place the output is after a run.</summary>
    public ImmutableArray<Expr> Places { get; }

    /// <summary>The order for some outputs.</summary>
    /// <param name="outputs">The outputs. No two of them overwrite the same variable.</param>
    /// <param name="rules">The properties of the kernels.</param>
    /// <param name="observer">May cancel.</param>
    public static KernelOrder Of(ImmutableArray<Output> outputs, PlanRules rules, Observer observer = default)
    {
        var (roots, overwrites) = Roots(outputs);
        // The last outputs are computed first. In a training step these are the parameters of the last layer. The operands of their
        // gradients are still in cache, and their buffers are freed early.
        var nodes = PostOrder<Expr>.Of([.. roots.Reverse()], observer.Cancellation).Nodes;
        var kernels = Sliced(Families(nodes), [.. roots], overwrites, rules);
        var placed = new Dictionary<Application, Variable>(overwrites.Where(pair => IsInPlace(pair.Key, pair.Value)));
        var order = Ordered(kernels, placed);
        var copies = overwrites.Where(pair => !placed.ContainsKey(pair.Key))
            .Select(pair => (Node: new Application(new Copy(), pair.Key), Variable: pair.Value)).ToArray();
        foreach (var copy in copies) placed.Add(copy.Node, copy.Variable);
        return new(
            [.. order.Select(k => kernels[k]), .. copies.Select(copy => new KernelNodes([copy.Node]))],
            placed, [.. outputs.Select((output, i) => output.Overwrites ?? roots[i])]);

        bool IsInPlace(Application node, Variable variable) =>
            !node.Arguments.Where((x, k) => x == variable && !rules.IsInPlace(node.Operation, k)).Any();
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

    // A kernel for each node, in the order of the nodes, and one for the results of a family from the same arguments.
    private static List<KernelNodes> Families(ImmutableArray<Expr> nodes)
    {
        var (kernels, families) = (new List<KernelNodes>(), new Dictionary<Application, int>(SameApplication.Comparer));
        foreach (var x in nodes)
        {
            if (x is not Application node) continue;
            var key = node.Operation is FusedFamily family ? new Application(family with { Result = 0 }, node.Arguments) : node;
            if (node.Operation is FusedFamily && families.TryGetValue(key, out var k)
                && kernels[k].Results.All(result => result.Operation != node.Operation))
                kernels[k] = new(kernels[k].Results.Add(node));
            else
            {
                families[key] = kernels.Count;
                kernels.Add(new([node]));
            }
        }
        return kernels;
    }

    // The kernels, in which a product has no kernel of its own if its only reader can compute it slice by slice. A slice of the result
    // overwrites variables while later slices of the product are not computed, so that the product must not read these variables.
    private static List<KernelNodes> Sliced(
        List<KernelNodes> kernels, HashSet<Expr> outputs, Dictionary<Application, Variable> overwrites, PlanRules rules)
    {
        var (reads, sliced) = (new Dictionary<Expr, int>(), new HashSet<Application>());
        foreach (var kernel in kernels)
            foreach (var x in kernel.Arguments) reads[x] = reads.GetValueOrDefault(x) + 1;
        for (var k = 0; k < kernels.Count; k++)
        {
            var results = kernels[k].Results;
            for (var i = 0; i < results[0].Arguments.Length && kernels[k].Sliced is null; i++)
                if (results[0].Arguments[i] is Application product && rules.IsProduct(product.Operation)
                    && reads[product] == 1 && !outputs.Contains(product)
                    && results.All(result => rules.IsRowWise(result.Operation, i)
                        && !(overwrites.TryGetValue(result, out var variable) && product.Arguments.Contains(variable))))
                {
                    kernels[k] = new(results, product);
                    sliced.Add(product);
                }
        }
        return kernels.FindAll(kernel => !sliced.Contains(kernel.Results[0]));
    }

    // The kernels in their own order, except that a kernel waits for the other readers of each variable that it overwrites. A node is
    // removed from `overwrites` if a reader of the variable needs the node's value, because the kernel then cannot wait for this reader.
    private static List<int> Ordered(List<KernelNodes> kernels, Dictionary<Application, Variable> overwrites)
    {
        var (waits, order, isDone) = (new Waits(kernels, overwrites), new List<int>(kernels.Count), new bool[kernels.Count]);
        for (var k = 0; k < kernels.Count; k++)
            if (waits.Count[k] == 0) Append(k);
        // The arguments of the first kernel that is left are computed, so that it waits for readers of variables only.
        for (var k = 0; k < kernels.Count; k++)
        {
            if (isDone[k]) continue;
            foreach (var node in kernels[k].Results)
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
        public Waits(List<KernelNodes> kernels, Dictionary<Application, Variable> overwrites)
        {
            (Count, For) = (new int[kernels.Count], new List<int>[kernels.Count]);
            var kernelOf = new Dictionary<Expr, int>();
            for (var k = 0; k < kernels.Count; k++)
            {
                For[k] = [];
                foreach (var x in kernels[k].Arguments)
                    if (kernelOf.TryGetValue(x, out var argument)) Add(argument, k);
                    else if (Readers.TryGetValue(x, out var readers)) readers.Add(k);
                    else Readers.Add(x, [k]);
                foreach (var node in kernels[k].Results) kernelOf.Add(node, k);
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
