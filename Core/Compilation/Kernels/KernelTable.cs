using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The kernel table: for each operation, the function that binds its kernel to buffers.</summary>
internal static class KernelTable
{
    /// <summary>The function that binds the kernel of an operation. It is null if the table has no row for the operation.</summary>
    public static Func<KernelContext<T>, RowKernel>? Row<T>(Operation operation) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        operation switch
        {
            Pairwise<Autograd.Add> => ElementwiseKernels.Bind<ElementwiseKernels.VectorAdd, T>,
            Pairwise<Mul> => ElementwiseKernels.Bind<ElementwiseKernels.VectorMul, T>,
            Pairwise<Quotient> => ElementwiseKernels.Bind<ElementwiseKernels.VectorQuotient, T>,
            Pointwise<Relu> => ElementwiseKernels.Bind<ElementwiseKernels.VectorRelu, T>,
            Pointwise<Sigmoid> => ElementwiseKernels.Bind<ElementwiseKernels.VectorSigmoid, T>,
            Pointwise<Tanh> => ElementwiseKernels.Bind<ElementwiseKernels.VectorTanh, T>,
            ReluPullback => ElementwiseKernels.Bind<ElementwiseKernels.VectorReluPullback, T>,
            Gelu => ElementwiseKernels.Bind<ElementwiseKernels.VectorGelu, T>,
            GeluPullback => ElementwiseKernels.Bind<ElementwiseKernels.VectorGeluPullback, T>,
            Copy => ElementwiseKernels.Bind<ElementwiseKernels.VectorCopy, T>,
            Elementwise function => context => ElementwiseKernels.Bind(function, context),

            Times => MatMul.BindTimes,
            TransposeTimes => MatMul.BindTransposeTimes,
            TimesTranspose => MatMul.BindTimesTranspose,

            Center => FusedKernels.Center,
            RmsNorm => FusedKernels.RmsNorm,
            RmsNormPullback => FusedKernels.RmsNormPullback,
            Softmax(var groups) => context => FusedKernels.Softmax(context, groups),
            SoftmaxPullback(var groups, var scale) => context => FusedKernels.SoftmaxPullback(context, groups, T.CreateTruncating(scale)),
            CrossEntropy(var targets) => context => FusedKernels.CrossEntropy(context, targets),
            CrossEntropyPullback(var targets) => context => FusedKernels.CrossEntropyPullback(context, targets),
            Append(var indices) => Whole<T>(context => FusedKernels.Append(context, indices)),
            AdamUpdate adam => context => AdamKernels.Bind(context, adam),

            AttentionWeights(var heads, _) => context => AttentionScoreKernels.BindWeights(context, heads),
            Attention(var heads) => context => TiledAttentionKernels.BindAttention(context, heads),
            AttentionPullback(var heads) => context => TiledAttentionKernels.BindPullback(context, heads),
            Scores(var heads) => context => AttentionScoreKernels.BindScores(context, heads),
            Mix(var heads) => context => AttentionMixKernels.BindMix(context, heads),
            Spread(var heads, _) => context => AttentionMixKernels.BindSpread(context, heads),
            Rotate rotate => context => RotationKernels.Bind(context, rotate),
            Mask(var heads, var hidden) => context => AttentionScoreKernels.BindMask(context, heads, T.CreateTruncating(hidden)),

            SumGroups(var groups) => context => StructuralKernels.SumGroups(context, groups),
            LargestOfGroups(var groups) => context => StructuralKernels.LargestOfGroups(context, groups),
            RepeatGroups(var size) => context => StructuralKernels.RepeatGroups(context, size),
            SumRows => Whole<T>(StructuralKernels.SumRows),
            RepeatRows => StructuralKernels.RepeatRows,
            Gather(var indices) => context => StructuralKernels.Gather(context, indices),
            ScatterAdd(var indices, _) => Whole<T>(context => StructuralKernels.ScatterAdd(context, indices)),
            Pick(var indices) => context => StructuralKernels.Pick(context, indices),
            Place(var indices, _) => context => StructuralKernels.Place(context, indices),
            MeanRows => StructuralKernels.MeanRows,
            ShareRows => StructuralKernels.ShareRows,
            _ => null,
        };

    // A kernel that always computes all rows.
    private static Func<KernelContext<T>, RowKernel> Whole<T>(Func<KernelContext<T>, Action> bind)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => context =>
        {
            var run = bind(context);
            return (_, _) => run();
        };

    /// <summary>Binds the kernel of a node to its buffers.</summary>
    /// <exception cref="ArgumentException">A buffer is too small, or its stride does not fit the shape of its matrix.</exception>
    public static Kernel Bind<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(context);
        var (node, layout) = (context.Node, context.Layout);
        return new(
            context.Name, context.FormatShapes, () => KernelFlops.Count(node, layout),
            RowKernels.Fit(layout) && RowKernels.Bind(context) is { } runRow ? runRow : All(BindRows(context)));

        Action All(RowKernel run)
        {
            var rows = context.RowExtent;
            return () => run(0, layout.Rows(rows));
        }
    }

    /// <summary>
    /// Binds one kernel for two nodes of a program of one row, of which the second reads the first; null if there is none. See
    /// <see cref="RowKernels.Join"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A buffer is too small, or its stride does not fit the shape of its matrix.</exception>
    public static Kernel? Join<T>(KernelContext<T> first, KernelContext<T> second, bool isOnlyReader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(first);
        Check(second);
        var layout = first.Layout;
        return RowKernels.Join(first, second, isOnlyReader) is { } run
            ? new(
                $"{first.Name}, {second.Name}", first.FormatShapes,
                () => KernelFlops.Count(first.Node, layout) + KernelFlops.Count(second.Node, layout), run)
            : null;
    }

    /// <summary>Binds the kernel of a node to its buffers, without a check of their sizes.</summary>
    public static RowKernel BindRows<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (Row<T>(context.Node.Operation) ?? Whole<T>(BindDefinition))(context);

    /// <summary>Binds the kernel of a node for a team. There are no stages if the kernel is not shared.</summary>
    /// <param name="team">The team.</param>
    /// <param name="contextOf">The context of each thread. Contexts differ in their scratch memory only.</param>
    public static ImmutableArray<Stage> Share<T>(Team team, Func<int, KernelContext<T>> contextOf)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (context, layout) = (contextOf(0), contextOf(0).Layout);
        var (rows, tile) = (context.RowExtent, MatrixBuffer<T>.TileRows);
        return IsShared(context)
            && team.LeastRows(layout.Capacity(rows), KernelFlops.EstimateRow(context.Node, layout), fewest: 2 * tile) is int least
                ? [new(() => layout.Rows(rows), least, tile, [.. Enumerable.Range(0, team.Threads).Select(k => BindRows(contextOf(k)))])]
                : [];
    }

    // True for operations whose kernel can compute some rows while another thread computes other rows, if the first row of each thread is
    // a multiple of TileRows. The kernel must write into no row of another thread, not even in passing.
    private static bool IsShared<T>(KernelContext<T> context) where T : unmanaged, INumber<T> => context.Node.Operation switch
    {
        // Groups are written as whole vectors, so that the last group must not reach beyond its row.
        Softmax(var groups) => context.Columns / groups % Vector512<T>.Count == 0,
        SoftmaxPullback(var groups, _) => context.Columns / groups % Vector512<T>.Count == 0,
        Elementwise or ReluPullback or Gelu or GeluPullback or Copy
            or Times or TransposeTimes or TimesTranspose
            or Center or RmsNorm or RmsNormPullback or CrossEntropy or CrossEntropyPullback
            or AttentionWeights or Scores or Mix or Spread or Attention or AttentionPullback or Rotate or Gather => true,
        _ => false,
    };

    /// <summary>Checks the buffers of a kernel, because kernels check no bounds, and write into the padding.</summary>
    /// <param name="context">The kernel.</param>
    /// <param name="sliced">The node whose buffer holds only some rows, if there is one.</param>
    /// <param name="rows">The number of these rows.</param>
    /// <exception cref="ArgumentException">A buffer is too small, or its stride does not fit the shape of its matrix.</exception>
    public static void Check<T>(KernelContext<T> context, Expr? sliced = null, int rows = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var arguments = context.Node.Arguments;
        if (context.Arguments.Length != arguments.Length)
            throw new ArgumentException($"{context.Name}: {context.Arguments.Length} buffers for {arguments.Length} argument(s).");
        for (var k = 0; k < arguments.Length; k++) HasRoom($"argument {k}", arguments[k], context.Arguments[k]);
        for (var k = 0; k < context.Nodes.Length; k++) HasRoom("the result", context.Nodes[k], context.Results[k]);

        void HasRoom(string what, Expr x, MatrixBuffer<T> buffer)
        {
            var (count, stride) = (context.Layout.Capacity(x.Shape.Rows), MatrixBuffer<T>.StrideFor(x.Shape.Columns));
            var needed = MatrixBuffer<T>.ElementCount(x == sliced ? Math.Min(rows, count) : count, x.Shape.Columns);
            if (buffer.Stride != stride || buffer.Data.Length - buffer.Offset < needed)
                throw new ArgumentException(
                    $"{context.Name}: {what} is {x.Shape}, and needs {needed} elements of stride {stride}; "
                    + $"its buffer has {buffer.Data.Length - buffer.Offset} of stride {buffer.Stride}.");
        }
    }

    // An operation without a row, such as one defined outside Core, is computed by its method Forward, in double precision and without
    // vectors.
    private static Action BindDefinition<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T> => () =>
    {
        var (node, layout) = (context.Node, context.Layout);
        var arguments = node.Arguments.Zip(context.Arguments, (x, buffer) => buffer.ToMatrix(layout.Rows(x.Shape.Rows), x.Shape.Columns));
        var values = context.Nodes.Select(node => node.Operation.Forward(node.Shape, [.. arguments], layout.ToInputs())).ToArray();
        for (var k = 0; k < values.Length; k++)
            context.Results[k].Load(values[k].Columns, [.. values[k].Entries.Select(x => x.Plain)]);
    };
}
