using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The kernel table: for each operation, the function that binds its kernel to buffers.</summary>
internal static class KernelTable
{
    /// <summary>The function that binds the kernel of an operation. It is null if the table has no row for the operation.</summary>
    public static Func<KernelContext<T>, Action>? Row<T>(Operation operation) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        operation switch
        {
            Pairwise<Autograd.Add> => ElementwiseKernels.Bind<ElementwiseKernels.VectorAdd, T>,
            Pairwise<Mul> => ElementwiseKernels.Bind<ElementwiseKernels.VectorMul, T>,
            Pairwise<Quotient> => ElementwiseKernels.Bind<ElementwiseKernels.VectorQuotient, T>,
            Pointwise<Relu> => ElementwiseKernels.Bind<ElementwiseKernels.VectorRelu, T>,
            ReluPullback => ElementwiseKernels.Bind<ElementwiseKernels.VectorReluPullback, T>,
            Copy => ElementwiseKernels.Bind<ElementwiseKernels.VectorCopy, T>,
            Elementwise function => context => ElementwiseKernels.Bind(function, context),

            Times => MatMul.BindTimes,
            TransposeTimes => MatMul.BindTransposeTimes,
            TimesTranspose => MatMul.BindTimesTranspose,

            RmsNorm => FusedKernels.RmsNorm,
            RmsNormPullback => FusedKernels.RmsNormPullback,
            Softmax(var groups) => context => FusedKernels.Softmax(context, groups),
            SoftmaxPullback(var groups, var scale) => context => FusedKernels.SoftmaxPullback(context, groups, T.CreateTruncating(scale)),
            CrossEntropy(var targets) => context => FusedKernels.CrossEntropy(context, targets),
            CrossEntropyPullback(var targets) => context => FusedKernels.CrossEntropyPullback(context, targets),
            Append(var indices) => context => FusedKernels.Append(context, indices),
            AdamUpdate adam => context => AdamKernels.Bind(context, adam),

            AttentionWeights(var heads, _) => context => AttentionScoreKernels.BindWeights(context, heads),
            Scores(var heads) => context => AttentionScoreKernels.BindScores(context, heads),
            Mix(var heads) => context => AttentionMixKernels.BindMix(context, heads),
            Spread(var heads, _) => context => AttentionMixKernels.BindSpread(context, heads),
            Mask(var heads, var hidden) => context => AttentionScoreKernels.BindMask(context, heads, T.CreateTruncating(hidden)),

            SumGroups(var groups) => context => StructuralKernels.SumGroups(context, groups),
            LargestOfGroups(var groups) => context => StructuralKernels.LargestOfGroups(context, groups),
            RepeatGroups(var size) => context => StructuralKernels.RepeatGroups(context, size),
            SumRows => StructuralKernels.SumRows,
            RepeatRows => StructuralKernels.RepeatRows,
            Gather(var indices) => context => StructuralKernels.Gather(context, indices),
            ScatterAdd(var indices, _) => context => StructuralKernels.ScatterAdd(context, indices),
            Pick(var indices) => context => StructuralKernels.Pick(context, indices),
            Place(var indices, _) => context => StructuralKernels.Place(context, indices),
            MeanRows => StructuralKernels.MeanRows,
            ShareRows => StructuralKernels.ShareRows,
            _ => null,
        };

    /// <summary>
    /// Binds the kernel of a node. Throws <see cref="ArgumentException"/> if a buffer is too small for the shape of its matrix, or if the
    /// stride of the buffer does not fit that shape.
    /// </summary>
    public static Kernel Bind<T>(KernelContext<T> context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (node, layout) = (context.Node, context.Layout);
        if (context.Arguments.Length != node.Arguments.Length)
            throw new ArgumentException(
                $"{node.Operation.Name}: {context.Arguments.Length} buffers for {node.Arguments.Length} argument(s).");
        for (var k = 0; k < node.Arguments.Length; k++) Check(k, node.Arguments[k].Shape, context.Arguments[k]);
        for (var k = 0; k < context.Nodes.Length; k++) Check(null, context.Nodes[k].Shape, context.Results[k]);
        return new(
            node.Operation.Name, () => $"{string.Join(" ", node.Arguments.Select(x => x.Shape))} → {node.Shape}",
            () => KernelFlops.Count(node, layout), (Row<T>(node.Operation) ?? BindDefinition)(context));

        // Kernels do not check bounds, and write into the padding, so a buffer that is too small would corrupt memory. `argument` is the
        // number of the argument whose buffer is checked. It is null for the result.
        void Check(int? argument, Shape shape, MatrixBuffer<T> buffer)
        {
            var needed = MatrixBuffer<T>.ElementCount(layout.Capacity(shape.Rows), shape.Columns);
            if (buffer.Stride != MatrixBuffer<T>.StrideFor(shape.Columns) || buffer.Data.Length - buffer.Offset < needed)
                throw new ArgumentException(
                    $"{node.Operation.Name}: {(argument is int k ? $"argument {k}" : "the result")} is {shape}, "
                    + $"and needs {needed} elements of stride {MatrixBuffer<T>.StrideFor(shape.Columns)}; "
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
