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

    // The kernels as a team runs them.
    private readonly ImmutableArray<Stage> stages;

    private Program(ImmutableArray<Kernel> kernels, ImmutableArray<Stage> stages, ImmutableArray<MatrixBuffer<T>> results) =>
        (Kernels, this.stages, Results, actions) = (kernels, stages, results, [.. kernels.Select(kernel => kernel.Run)]);

    /// <summary>The kernels, in the order in which they run.</summary>
    public ImmutableArray<Kernel> Kernels { get; }

    /// <summary>The buffer of each output.</summary>
    public ImmutableArray<MatrixBuffer<T>> Results { get; }

    /// <summary>True if the program was compiled for a team, and has kernels that are large enough to share.</summary>
    public bool IsShared => stages.Any(stage => stage.CanBeShared);

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
    /// <param name="team">The threads that run the program together. By default, a single thread runs it.</param>
    /// <param name="constants">The variables that have their values already, and keep them.</param>
    public static Program<T> Compile(
        ImmutableArray<Output> outputs, BatchLayout layout, Func<Variable, MatrixBuffer<T>> variables, Observer observer = default,
        Team team = default, IReadOnlySet<Variable>? constants = null)
    {
        var plan = Plan(outputs, layout, observer);
        var memory = new MatrixBuffer<T>[plan.Sizes.Length];
        for (var i = 0; i < memory.Length; i++) memory[i] = MatrixBuffer<T>.AllocateElements(plan.Sizes[i], columns: 1);
        // Each thread has a panel, and buffers of slices. Those of thread 0 are the buffers of the plan.
        ImmutableArray<Lazy<MatrixBuffer<T>>> panels =
            [.. Enumerable.Range(0, Math.Max(1, team.Threads)).Select(_ => new Lazy<MatrixBuffer<T>>(MatMul.AllocatePanel<T>))];
        var (slices, stages) = (new Dictionary<(int Thread, int Buffer), MatrixBuffer<T>>(), new List<Stage>());
        var (buffers, kernels) = (new Dictionary<Expr, MatrixBuffer<T>>(), new List<Kernel>(plan.Kernels.Length));
        var (products, areRows) = (NextProducts(plan.Kernels), RowKernels.Fit(layout));
        for (var k = 0; k < plan.Kernels.Length; k++)
        {
            observer.Report("bind", k, plan.Kernels.Length);
            var (kernel, next) = (plan.Kernels[k], Next(products[k]));
            Place(kernel);
            var reader = Context(kernel.Results, next);
            if (areRows && k + 1 < plan.Kernels.Length && Joined(kernel, reader, plan.Kernels[k + 1]) is { } both)
            {
                kernels.Add(both);
                k++;
                continue;
            }
            kernels.Add(kernel.Sliced is null ? KernelTable.Bind(reader) : SlicedKernels.Bind(Context([kernel.Sliced], next), reader));
            if (team.Threads > 1) stages.AddRange(Stages(kernel, reader, next, kernels[^1]));
        }
        return new([.. kernels], [.. stages], [.. plan.Places.Select(BufferOf)]);

        void Place(PlannedKernel kernel)
        {
            foreach (var planned in kernel.Sliced is null ? kernel.Results : kernel.Results.Add(kernel.Sliced))
                buffers.TryAdd(planned.Node, Placed(planned));
        }

        // One kernel for two successive ones of a program of one row, if there is one.
        Kernel? Joined(PlannedKernel first, KernelContext<T> context, PlannedKernel second)
        {
            Place(second);
            var reader = Context(second.Results, default);
            var isOnlyReader = !plan.Places.Contains(context.Node)
                && plan.Kernels.Count(kernel => kernel.Results[0].Node.Arguments.Contains(context.Node)) == 1;
            return first.Sliced is null && second.Sliced is null ? KernelTable.Join(context, reader, isOnlyReader) : null;
        }

        KernelContext<T> Context(ImmutableArray<PlannedNode> planned, Prefetch next)
        {
            ImmutableArray<Application> nodes = [.. planned.Select(result => result.Node)];
            return new(nodes, layout, [.. nodes[0].Arguments.Select(BufferOf)], [.. nodes.Select(BufferOf)], panels[0], next, constants);
        }

        ImmutableArray<Stage> Stages(PlannedKernel planned, KernelContext<T> reader, Prefetch next, Kernel kernel)
        {
            var stages = planned.Sliced is { } sliced
                ? SlicedKernels.Share(team, thread => (ProductOf(sliced, thread), ReaderOf(thread))) : KernelTable.Share(team, ReaderOf);
            return stages is [] ? [Stage.Alone(kernel.Run)] : stages;

            KernelContext<T> ReaderOf(int thread) => reader with { Panel = panels[thread] };

            KernelContext<T> ProductOf(PlannedNode sliced, int thread) =>
                Context([sliced], next) with { Results = [SliceOf(sliced, thread)], Panel = panels[thread] };
        }

        MatrixBuffer<T> SliceOf(PlannedNode sliced, int thread)
        {
            if (thread == 0) return BufferOf(sliced.Node);
            var key = (thread, sliced.Buffer!.Value);
            if (!slices.ContainsKey(key)) slices.Add(key, MatrixBuffer<T>.AllocateElements(plan.Sizes[key.Value], columns: 1));
            return new(slices[key].Data, slices[key].Offset, MatrixBuffer<T>.StrideFor(sliced.Node.Shape.Columns));
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

    /// <summary>
    /// Computes a thread's share of the outputs for the batch in the layout. Every thread of the team calls this method. Where a thread
    /// needs the work of another, all threads call <paramref name="barrier"/>. At the end there is no barrier.
    /// </summary>
    public void Run(int thread, Action barrier)
    {
        for (var k = 0; k < stages.Length; k++)
        {
            if (k > 0 && (stages[k - 1].IsShared || stages[k].IsShared)) barrier();
            stages[k].Run(thread);
        }
    }

    private static MatrixBuffer<T> Filled(Constant constant, BatchLayout layout)
    {
        var buffer = MatrixBuffer<T>.Allocate(layout.Capacity(constant.Shape.Rows), constant.Shape.Columns);
        buffer.Data.AsSpan().Fill(T.CreateTruncating(constant.Value));
        return buffer;
    }
}
