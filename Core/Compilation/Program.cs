using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>An output: an expression that a program computes.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="Buffer">The buffer for its value. Without one, the program allocates a buffer.</param>
/// <param name="Update">
/// The epilogue that updates a parameter, if the expression is the gradient of that parameter. The epilogue may overwrite the gradient.
/// </param>
[Workspace]
internal sealed record Output<T>(Expr Expression, MatrixBuffer<T>? Buffer = null, AdamEpilogue<T>? Update = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

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

    /// <summary>The buffer of each output. A gradient whose kernel also updates its parameter is not available after a run.</summary>
    public ImmutableArray<MatrixBuffer<T>> Results { get; }

    /// <summary>The buffer plan of a program for these outputs.</summary>
    public static BufferPlan Plan(ImmutableArray<Output<T>> outputs, BatchLayout layout, Observer observer = default) => BufferPlan.Of(
        [.. outputs.Select(output => new PlannedResult(output.Expression, output.Buffer is not null, output.Update?.Parameter))],
        shape => MatrixBuffer<T>.ElementCount(layout.Capacity(shape.Rows), shape.Columns), ElementwiseKernels.IsElementwise, observer);

    /// <summary>Compiles a program that can run on every batch that fits the layout.</summary>
    /// <param name="outputs">The expressions that the program computes.</param>
    /// <param name="layout">The layout. The caller loads a batch into it before each run.</param>
    /// <param name="variables">The buffer of each variable.</param>
    /// <param name="observer">Receives the progress, and may cancel.</param>
    public static Program<T> Compile(
        ImmutableArray<Output<T>> outputs, BatchLayout layout, Func<Variable, MatrixBuffer<T>> variables, Observer observer = default)
    {
        var plan = Plan(outputs, layout, observer);
        var memory = new MatrixBuffer<T>[plan.Sizes.Length];
        for (var i = 0; i < memory.Length; i++) memory[i] = MatrixBuffer<T>.AllocateElements(plan.Sizes[i], columns: 1);
        var panel = MatMul.AllocatePanel<T>();
        var output = outputs.DistinctBy(output => output.Expression).ToDictionary(output => output.Expression);
        var buffers = new Dictionary<Expr, MatrixBuffer<T>>();
        var kernels = ImmutableArray.CreateBuilder<Kernel>();
        for (var place = 0; place < plan.Nodes.Length; place++)
        {
            observer.Report("bind", place, plan.Nodes.Length);
            buffers.Add(plan.Nodes[place].Node, plan.Nodes[place].Node.Match(
                variables, constant => Filled(constant, layout), node => Computed(node, place)));
        }
        foreach (var (x, buffer, _) in outputs)
            if (buffer is { } to && !buffers[x].IsAt(to)) kernels.Add(Copy(layout, x.Shape, buffers[x], to));
        ImmutableArray<MatrixBuffer<T>> results = [.. outputs.Select(output => output.Buffer ?? buffers[output.Expression])];
        var consumed = plan.Nodes.Where(planned => planned.IsConsumed).Select(planned => planned.Node).ToHashSet();
        for (var i = 0; i < outputs.Length; i++)
            if (outputs[i].Update is { } update && !consumed.Contains(outputs[i].Expression))
                kernels.Add(Update(outputs[i].Expression.Shape, update, results[i]));
        return new(kernels.ToImmutable(), results);

        // The buffer of a node. The kernel that computes the node is appended to the kernels.
        MatrixBuffer<T> Computed(Application node, int place)
        {
            var planned = plan.Nodes[place];
            var z = planned.Buffer is int k
                ? new(memory[k].Data, memory[k].Offset, MatrixBuffer<T>.StrideFor(node.Shape.Columns))
                : output[node].Buffer!.Value;
            var context = new KernelContext<T>(
                node, layout, [.. node.Arguments.Select(argument => buffers[argument])], z, panel, NextOperand(place));
            kernels.Add(planned.IsConsumed ? output[node].Update!.Bind(context) : KernelTable.Bind(context));
            return z;
        }

        // The panel that the next matrix product reads first. The current kernel prefetches this panel. It is null if the operand of the
        // next product is not computed yet, because the kernel that computes the operand will leave it in cache.
        (MatrixBuffer<T>, int)? NextOperand(int place) =>
            plan.Nodes.Skip(place + 1).Select(planned => planned.Node).OfType<Application>()
                .FirstOrDefault(node => MatMul.IsMatMul(node.Operation))
                is { Operation: var product, Arguments: [_, var w] } && buffers.TryGetValue(w, out var buffer)
                ? (buffer, Math.Min(MatMul.PanelRows<T>(product), layout.Capacity(w.Shape.Rows))) : null;
    }

    /// <summary>Computes the results for the batch in the layout, and updates the parameters.</summary>
    public void Run()
    {
        foreach (var action in actions) action();
    }

    // Copies a result into the caller's buffer. It is needed if the result is a variable or a constant, or the same expression as an
    // earlier result, because its value is then in another buffer.
    private static Kernel Copy(BatchLayout layout, Shape shape, MatrixBuffer<T> from, MatrixBuffer<T> to) =>
        new("copy", shape.ToString, () => 0, () =>
        {
            for (var i = 0; i < layout.Rows(shape.Rows); i++) from.Row(i).CopyTo(to.Row(i));
        });

    // A kernel that only updates a parameter. It runs after all other kernels. A gradient needs it if the kernel of the gradient does not
    // update the parameter.
    private static Kernel Update(Shape shape, AdamEpilogue<T> update, MatrixBuffer<T> gradient) =>
        new("adam", shape.ToString, () => 0, () => update.Apply(gradient));

    private static MatrixBuffer<T> Filled(Constant constant, BatchLayout layout)
    {
        var buffer = MatrixBuffer<T>.Allocate(layout.Capacity(constant.Shape.Rows), constant.Shape.Columns);
        buffer.Data.AsSpan().Fill(T.CreateTruncating(constant.Value));
        return buffer;
    }
}
