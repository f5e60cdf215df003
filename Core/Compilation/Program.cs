using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A program: a sequence of kernels that are bound to buffers. A <see cref="BufferPlan"/> assigns the buffers.</summary>
[Workspace]
internal sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The Run functions of the kernels. A separate array saves an indirection for each kernel.
    private readonly ImmutableArray<Action> actions;

    private Program(ImmutableArray<Kernel> kernels, ImmutableArray<MatrixBuffer<T>> results) =>
        (Kernels, Results, actions) = (kernels, results, [.. kernels.Select(kernel => kernel.Run)]);

    /// <summary>The kernels, in the order in which they run.</summary>
    public ImmutableArray<Kernel> Kernels { get; }

    /// <summary>The buffer of each output.</summary>
    public ImmutableArray<MatrixBuffer<T>> Results { get; }

    /// <summary>The buffer plan of a program for these outputs.</summary>
    public static BufferPlan Plan(ImmutableArray<Output> outputs, BatchLayout layout, Observer observer = default) => BufferPlan.Of(
        outputs, shape => MatrixBuffer<T>.ElementCount(layout.Capacity(shape.Rows), shape.Columns), ElementwiseKernels.IsInPlace, observer);

    /// <summary>Compiles a program that can run on every batch that fits the layout.</summary>
    /// <param name="outputs">The expressions that the program computes, and the variables that it overwrites.</param>
    /// <param name="layout">The layout. The caller loads a batch into it before each run.</param>
    /// <param name="variables">The buffer of each variable.</param>
    /// <param name="observer">Receives the progress, and may cancel.</param>
    public static Program<T> Compile(
        ImmutableArray<Output> outputs, BatchLayout layout, Func<Variable, MatrixBuffer<T>> variables, Observer observer = default)
    {
        var plan = Plan(outputs, layout, observer);
        var memory = new MatrixBuffer<T>[plan.Sizes.Length];
        for (var i = 0; i < memory.Length; i++) memory[i] = MatrixBuffer<T>.AllocateElements(plan.Sizes[i], columns: 1);
        var panel = new Lazy<MatrixBuffer<T>>(MatMul.AllocatePanel<T>);
        var (buffers, kernels) = (new Dictionary<Expr, MatrixBuffer<T>>(), new Kernel[plan.Kernels.Length]);
        var products = NextProducts(plan.Kernels);
        for (var k = 0; k < kernels.Length; k++)
        {
            observer.Report("bind", k, kernels.Length);
            ImmutableArray<Application> nodes = [.. plan.Kernels[k].Select(planned => planned.Node)];
            ImmutableArray<MatrixBuffer<T>> arguments = [.. nodes[0].Arguments.Select(BufferOf)];
            var next = Panel(products[k]);
            foreach (var planned in plan.Kernels[k]) buffers.Add(planned.Node, Placed(planned));
            kernels[k] = KernelTable.Bind<T>(new(nodes, layout, arguments, [.. nodes.Select(BufferOf)], panel, next));
        }
        return new([.. kernels], [.. plan.Places.Select(BufferOf)]);

        MatrixBuffer<T> BufferOf(Expr x) => buffers.TryGetValue(x, out var buffer) ? buffer : buffers[x] = x.Match(
            variables, constant => Filled(constant, layout), node => throw new InvalidOperationException($"{node} is not computed."));

        MatrixBuffer<T> Placed(PlannedNode planned) => planned.Buffer is int buffer
            ? new(memory[buffer].Data, memory[buffer].Offset, MatrixBuffer<T>.StrideFor(planned.Node.Shape.Columns))
            : BufferOf(planned.Overwrites!);

        // The panel that the next matrix product reads first. The current kernel prefetches this panel. It is null if the operand of the
        // next product is not computed yet, because the kernel that computes the operand will leave it in cache.
        (MatrixBuffer<T>, int)? Panel(Application? product) =>
            product is { Operation: var operation, Arguments: [_, var w] } && (w is not Application || buffers.ContainsKey(w))
                ? (BufferOf(w), Math.Min(MatMul.PanelRows<T>(operation), layout.Capacity(w.Shape.Rows))) : null;
    }

    // For each kernel, the first matrix product after it, or null.
    private static Application?[] NextProducts(ImmutableArray<ImmutableArray<PlannedNode>> kernels)
    {
        var next = new Application?[kernels.Length];
        for (var k = kernels.Length - 2; k >= 0; k--)
            next[k] = kernels[k + 1][0].Node is var node && MatMul.IsMatMul(node.Operation) ? node : next[k + 1];
        return next;
    }

    /// <summary>Computes the outputs for the batch in the layout.</summary>
    public void Run()
    {
        foreach (var action in actions) action();
    }

    private static MatrixBuffer<T> Filled(Constant constant, BatchLayout layout)
    {
        var buffer = MatrixBuffer<T>.Allocate(layout.Capacity(constant.Shape.Rows), constant.Shape.Columns);
        buffer.Data.AsSpan().Fill(T.CreateTruncating(constant.Value));
        return buffer;
    }
}
