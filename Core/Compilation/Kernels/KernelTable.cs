using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>The kernel of each operation: where the table of operations meets that of kernels.</summary>
internal static class KernelTable
{
    /// <summary>What computes a node.</summary>
    public static Action For<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseKernels.Kernel(site) ?? MatMul.Kernel(site) ?? RowKernel(site) ?? GroupKernel(site) ?? AttentionKernels.Kernel(site)
        ?? LookupKernel(site) ?? DocumentKernel(site) ?? ContextKernel(site)
        ?? PlainLoops(site);

    // An operation that the table lacks is computed by its own definition, at plain numbers.
    private static Action PlainLoops<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (node, layout) = (site.Node, site.Layout);
        return () =>
        {
            var arguments = node.Arguments.Select((x, k) => site.Arguments[k].ToMatrix(layout.Rows(x.Shape.Rows), x.Shape.Columns));
            var value = node.Operation.Forward(node.Shape, [.. arguments], layout.ToInputs());
            site.Z.Load(node.Shape.Columns, [.. value.Entries.Select(x => x.Plain)]);
        };
    }

    private static Action? RowKernel<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, columns) = (site.X, site.Y, site.Z, site.Columns);
        return site.Node.Operation switch
        {
            RmsNorm => site.EachRow(i => RmsNormKernels.RmsNorm(ref x.At(i), columns, ref z.At(i))),
            RmsNormPullback => site.EachRow(i => RmsNormKernels.RmsNormPullback(ref x.At(i), ref y.At(i), columns, ref z.At(i))),
            Softmax(var groups) => site.EachGroup(groups, columns, (i, at) =>
                SoftmaxKernels.Softmax(ref x.At(i, at), columns / groups, ref z.At(i, at))),
            SoftmaxPullback(var groups, var scale) => site.EachRow(i =>
                SoftmaxKernels.SoftmaxPullback(ref x.At(i), ref y.At(i), columns, groups, T.CreateTruncating(scale), ref z.At(i))),
            CrossEntropy(var indices) => site.EachIndex(indices, site.Argument.Columns, (i, target) =>
                z.At(i) = SoftmaxKernels.LogSumExp(ref x.At(i), site.Argument.Columns) - x.At(i, target)),
            CrossEntropyPullback(var indices) => site.EachIndex(indices, columns, (i, target) =>
                SoftmaxKernels.CrossEntropyPullback(ref x.At(i), columns, target, y.At(i), ref z.At(i))),
            _ => null,
        };
    }

    private static Action? GroupKernel<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (site.X, site.Z, site.Argument.Columns);
        return site.Node.Operation switch
        {
            SumGroups(var groups) => site.EachGroup(groups, columns, (i, at) =>
                z.At(i, at / (columns / groups)) = VectorKernels.Sum(x.Row(i).Slice(at, columns / groups))),
            LargestOfGroups(var groups) => site.EachGroup(groups, columns, (i, at) =>
                z.At(i, at / (columns / groups)) = VectorKernels.Max(x.Row(i).Slice(at, columns / groups))),
            RepeatGroups(var size) => site.EachGroup(columns, site.Columns, (i, at) => z.Row(i).Slice(at, size).Fill(x.At(i, at / size))),
            _ => null,
        };
    }

    private static Action? LookupKernel<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, columns) = (site.X, site.Z, site.Columns);
        return site.Node.Operation switch
        {
            Gather(var indices) => site.EachIndex(indices, site.Layout.Capacity(site.Argument.Rows), (i, from) => x.Row(from).CopyTo(z.Row(i))),
            ScatterAdd(var indices, var rows) => Clear
                + site.EachIndex(indices, site.Layout.Capacity(rows), (i, to) => VectorKernels.Accumulate(ref x.At(i), columns, T.One, ref z.At(to))),
            Pick(var indices) => site.EachIndex(indices, site.Argument.Columns, (i, column) => z.At(i) = x.At(i, column)),
            Place(var indices, _) => Clear + site.EachIndex(indices, columns, (i, column) => z.At(i, column) = x.At(i)),
            _ => null,
        };

        void Clear() => z.Rows(site.Rows()).Clear();
    }

    private static Action? DocumentKernel<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, z, layout, columns) = (site.X, site.Z, site.Layout, site.Columns);
        (int Start, int End) Averaged(Extent rows, int i) => rows == Extent.Documents ? (layout.Starts[i], layout.Starts[i + 1]) : (0, layout.Documents);
        return site.Node.Operation switch
        {
            MeanRows => site.EachRow(i =>
            {
                var (start, end) = Averaged(site.Node.Shape.Rows, i);
                z.Row(i).Clear();
                for (var r = start; r < end; r++) VectorKernels.Accumulate(ref x.At(r), columns, T.One / T.CreateTruncating(end - start), ref z.At(i));
            }),
            ShareRows(var rows) => site.EachRow(i =>
            {
                var of = rows == Extent.Positions ? layout.DocumentOf[i] : 0;
                var (start, end) = Averaged(site.Argument.Rows, of);
                VectorKernels.Scale(ref x.At(of), columns, T.One / T.CreateTruncating(end - start), ref z.At(i));
            }),
            _ => null,
        };
    }

    private static Action? ContextKernel<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, layout) = (site.X, site.Y, site.Z, site.Layout);
        int First(Extent part) => layout.Rows(part.FirstInContext!.Value);
        return site.Node.Operation switch
        {
            Append => () =>
            {
                for (var i = 0; i < layout.Past; i++) x.Row(i).CopyTo(z.Row(i));
                for (var i = 0; i < layout.Positions; i++) y.Row(i).CopyTo(z.Row(layout.Past + i));
            }
            ,
            IntoContext(var part) => () =>
            {
                z.Rows(site.Rows()).Clear();
                for (var i = 0; i < layout.Rows(part); i++) x.Row(i).CopyTo(z.Row(First(part) + i));
            }
            ,
            OutOfContext(var part) => site.EachRow(i => x.Row(First(part) + i).CopyTo(z.Row(i))),
            _ => null,
        };
    }
}
