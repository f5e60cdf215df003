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
    public static BufferPlan Plan(ImmutableArray<Output> outputs, BatchLayout layout, Observer observer = default)
    {
        long Size(Shape shape, int most) => MatrixBuffer<T>.ElementCount(Math.Min(most, layout.Capacity(shape.Rows)), shape.Columns);
        PlanRules rules = new(
            shape => Size(shape, int.MaxValue), ElementwiseKernels.IsInPlace,
            SlicedKernels.IsProduct, SlicedKernels.IsRowWise, shape => Size(shape, SlicedKernels.RowsOf<T>(shape.Columns)));
        return BufferPlan.Of(outputs, rules, observer);
    }

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
            var (kernel, next) = (plan.Kernels[k], Next(products[k]));
            foreach (var planned in kernel.Sliced is null ? kernel.Results : kernel.Results.Add(kernel.Sliced))
                buffers.Add(planned.Node, Placed(planned));
            var reader = Context(kernel.Results, next);
            kernels[k] = kernel.Sliced is null ? KernelTable.Bind(reader) : SlicedKernels.Bind(Context([kernel.Sliced], next), reader);
        }
        return new([.. kernels], [.. plan.Places.Select(BufferOf)]);

        KernelContext<T> Context(ImmutableArray<PlannedNode> planned, Prefetch next)
        {
            ImmutableArray<Application> nodes = [.. planned.Select(result => result.Node)];
            return new(nodes, layout, [.. nodes[0].Arguments.Select(BufferOf)], [.. nodes.Select(BufferOf)], panel, next);
        }

        MatrixBuffer<T> BufferOf(Expr x) => buffers.TryGetValue(x, out var buffer) ? buffer : buffers[x] = x.Match(
            variables, constant => Filled(constant, layout), node => throw new InvalidOperationException($"{node} is not computed."));

        MatrixBuffer<T> Placed(PlannedNode planned) => planned.Buffer is int buffer
            ? new(memory[buffer].Data, memory[buffer].Offset, MatrixBuffer<T>.StrideFor(planned.Node.Shape.Columns))
            : BufferOf(planned.Overwrites!);

        // A prefetch of the panel that the next matrix product reads first. There is none if the operand of this product is not computed
        // yet, because the kernel that computes it will leave it in cache.
        Prefetch Next(Application? product) =>
            product is { Operation: var operation, Arguments: [_, var w] } && (w is not Application || buffers.ContainsKey(w))
                ? Prefetch.Of(Math.Min(MatMul.PanelRows<T>(operation), layout.Capacity(w.Shape.Rows)), BufferOf(w)) : default;
    }

    // For each kernel, the first matrix product after it, or null.
    private static Application?[] NextProducts(ImmutableArray<PlannedKernel> kernels)
    {
        var next = new Application?[kernels.Length];
        for (var k = kernels.Length - 2; k >= 0; k--)
        {
            var following = (kernels[k + 1].Sliced ?? kernels[k + 1].Results[0]).Node;
            next[k] = MatMul.IsMatMul(following.Operation) ? following : next[k + 1];
        }
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
