using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// Expressions as a list of kernels over blocks of memory: each node in order, a kernel and a block for each, and a block used again
/// once nothing more looks at it. Running changes the program's own blocks, and the parameters that are updated by its results.
/// </summary>
[Workspace]
internal sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Action> kernels = [];
    private readonly Dictionary<Expr, MatrixBuffer<T>> blocks = [];
    private readonly Dictionary<Expr, int> uses = [];
    private readonly Dictionary<Expr, AdamEpilogue<T>> atOnce = [];   // by results that nothing else looks at, and that look at no parameter
    private readonly List<(long Size, MatrixBuffer<T> Block)> free = [];
    private readonly BatchLayout layout;
    private readonly MatrixBuffer<T> panel = MatMul.AllocatePanel<T>();

    /// <summary>
    /// Compiles expressions for whatever the layout has room for. The blocks of variables are given, and so may be those that results
    /// are wanted in. A result that a parameter is updated by may be used up in that.
    /// </summary>
    public Program(
        ImmutableArray<Expr> expressions, BatchLayout layout, Func<Variable, MatrixBuffer<T>> variables, Func<int, MatrixBuffer<T>?> wanted, Func<int, AdamEpilogue<T>?>? updates = null)
    {
        this.layout = layout;
        // The last results first: the gradients of the last layers are made while what they are made of is near, and may go after that.
        var nodes = PostOrder<Expr>.Of([.. expressions.Reverse()]).Nodes;
        foreach (var used in nodes.SelectMany(node => node.Arguments).Concat(expressions)) uses[used] = uses.GetValueOrDefault(used) + 1;
        foreach (var (k, x) in expressions.Index())
            if (uses[x] == 1 && x is Application { Arguments: var from } && !from.Any(y => y is Variable) && updates?.Invoke(k) is { } update) atOnce.Add(x, update);
        var ordered = InOrder(nodes);
        foreach (var (i, node) in ordered.Index())
            blocks.Add(node, node.Match(variables, Filled, application =>
                Compiled(application, expressions.IndexOf(node) is var k and >= 0 ? wanted(k) : null, NeededBy(ordered.Skip(i + 1)))));
        for (var k = 0; k < expressions.Length; k++) Deliver(expressions[k], wanted(k));
        Results = [.. expressions.Select((x, k) => wanted(k) ?? blocks[x])];
        foreach (var (k, result) in Results.Index())
            if (updates?.Invoke(k) is { } update && !atOnce.ContainsKey(expressions[k])) kernels.Add(() => update.Apply(result));
    }

    /// <summary>Where the results are after a run.</summary>
    public ImmutableArray<MatrixBuffer<T>> Results { get; }

    /// <summary>How many blocks its operations share.</summary>
    public int Buffers => blocks.Where(block => block.Key is Application).Select(block => block.Value.Data).Distinct().Count();

    /// <summary>Computes the results for the inputs in the layout.</summary>
    public void Run()
    {
        foreach (var kernel in kernels) kernel();
    }

    // What is given, and then the nodes as they are, but a result that a parameter is updated by after the last node that looks at it.
    private Expr[] InOrder(ImmutableArray<Expr> nodes)
    {
        var afterLastLook = new Dictionary<Expr, int>();
        for (var i = 0; i < nodes.Length; i++)
            foreach (var argument in nodes[i].Arguments) afterLastLook[argument] = 2 * i + 1;
        var (ordered, places) = (nodes.ToArray(), new int[nodes.Length]);
        for (var i = 0; i < nodes.Length; i++)
            places[i] = nodes[i] is not Application ? -1
                : atOnce.TryGetValue(nodes[i], out var update) ? Math.Max(2 * i, afterLastLook.GetValueOrDefault(update.Parameter)) : 2 * i;
        Array.Sort(places, ordered);
        return ordered;
    }

    private MatrixBuffer<T> Compiled(Application node, MatrixBuffer<T>? wanted, (MatrixBuffer<T>, int)? next)
    {
        // What is computed entry by entry may take the place of an argument that nothing else looks at.
        var inPlace = ElementwiseKernels.IsElementwise(node.Operation);
        if (inPlace) Release(node);
        var z = wanted ?? Allocate(node.Shape);
        var site = new KernelContext<T>(node, layout, [.. node.Arguments.Select(argument => blocks[argument])], z, panel, next);
        kernels.Add(atOnce.TryGetValue(node, out var update) ? update.Kernel(site) : KernelTable.For(site));
        if (!inPlace) Release(node);
        return z;
    }

    // The rows that the first product among some nodes reads first, if they were there before it and may be far away by now.
    private (MatrixBuffer<T>, int)? NeededBy(IEnumerable<Expr> nodes) =>
        nodes.OfType<Application>().FirstOrDefault(node => MatMul.IsMatMul(node.Operation)) is { Operation: var product, Arguments: [_, var w] }
            && blocks.TryGetValue(w, out var block) ? (block, Math.Min(MatMul.PanelRows<T>(product), layout.Capacity(w.Shape.Rows))) : null;

    private void Release(Application node)
    {
        foreach (var argument in node.Arguments)
            if (--uses[argument] == 0 && argument is Application) free.Add((Size(argument.Shape), blocks[argument]));
    }

    // A result that is no node of its own, a variable or another result, is copied to where it is wanted.
    private void Deliver(Expr result, MatrixBuffer<T>? wanted)
    {
        if (wanted is not { } to || blocks[result] is var from && ReferenceEquals(from.Data, to.Data) && from.Offset == to.Offset) return;
        kernels.Add(() =>
        {
            for (var i = 0; i < layout.Rows(result.Shape.Rows); i++) from.Row(i).CopyTo(to.Row(i));
        });
    }

    private MatrixBuffer<T> Filled(Constant constant)
    {
        var block = MatrixBuffer<T>.Allocate(layout.Capacity(constant.Shape.Rows), constant.Shape.Columns);
        block.Data.AsSpan().Fill(T.CreateTruncating(constant.Value));
        return block;
    }

    private MatrixBuffer<T> Allocate(Shape shape)
    {
        var place = free.FindLastIndex(block => block.Size == Size(shape));
        if (place < 0) return MatrixBuffer<T>.Allocate(layout.Capacity(shape.Rows), shape.Columns);
        var block = free[place].Block;
        free.RemoveAt(place);
        return new(block.Data, block.Offset, MatrixBuffer<T>.StrideFor(shape.Columns));
    }

    private long Size(Shape shape) => MatrixBuffer<T>.ElementCount(layout.Capacity(shape.Rows), shape.Columns);
}
