using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>Where a node's kernel reads and writes: its arguments' blocks, its own, and what it needs for a while.</summary>
internal readonly record struct Site<T>(Layout Layout, Block<T> X, Block<T> Y, Block<T> Z, Func<int, int, Block<T>> Scratch, Func<Block<T>> TransposedY)
    where T : unmanaged;

/// <summary>The kernel of each operation: where the table of operations meets that of kernels.</summary>
internal static class Kernels
{
    /// <summary>What computes a node, each time it is called.</summary>
    public static Action Of<T>(Application node, Site<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (layout, x, y, z, _, _) = site;
        var (rows, columns) = (node.Shape.Rows, node.Shape.Columns);
        var argument = node.Arguments[0].Shape;
        switch (node.Operation)
        {
            case Pairwise<Add>:
                return () => Entries.Run<Entries.Add, T>(layout.Rows(rows), x, y, z);
            case Pairwise<Mul>:
                return () => Entries.Run<Entries.Mul, T>(layout.Rows(rows), x, y, z);
            case Pointwise<Relu>:
                return () => Entries.Run<Entries.Relu, T>(layout.Rows(rows), x, x, z);
            case Pointwise<Step>:
                return () => Entries.Run<Entries.Step, T>(layout.Rows(rows), x, x, z);
            case Entrywise operation:
                return () => Entries.Run(operation, layout.Rows(rows), columns, x, y, z);
            case TimesTranspose:
                var transposed = site.TransposedY();
                return () => Products.Times(layout.Rows(rows), argument.Columns, columns, x, transposed, z);
            case Times:
                return () => Products.Times(layout.Rows(rows), argument.Columns, columns, x, y, z);
            case TransposeTimes:
                return () => Products.TransposeTimes(argument.Columns, layout.Rows(argument.Rows), columns, x, y, z);
            case RmsNorm:
                return EachRow(i => Rows.RmsNorm(ref x.At(i), columns, ref z.At(i)));
            case RmsNormPullback:
                return EachRow(i => Rows.RmsNormPullback(ref x.At(i), ref y.At(i), columns, ref z.At(i)));
            case Softmax(var groups):
                return EachGroup(groups, columns, (i, at) => Rows.Softmax(ref x.At(i, at), columns / groups, T.One, ref z.At(i, at)));
            case SoftmaxPullback(var groups, var scale):
                return EachGroup(groups, columns, (i, at) =>
                    Rows.SoftmaxPullback(ref x.At(i, at), ref y.At(i, at), columns / groups, T.CreateTruncating(scale), ref z.At(i, at)));
            case AttentionWeights(var heads, _):
                var (keys, d) = (site.Scratch(argument.Columns, heads.BlockSize), T.CreateTruncating(argument.Columns / heads.Count));
                return () => AttentionKernels.Scores(layout, heads, argument.Columns, x, y, keys, T.One / T.Sqrt(d), z);
            case Scores(var heads):
                var columnsOfKeys = site.Scratch(argument.Columns, heads.BlockSize);
                return () => AttentionKernels.Scores(layout, heads, argument.Columns, x, y, columnsOfKeys, null, z);
            case Mix(var heads):
                return () => AttentionKernels.Mix(layout, heads, columns, x, y, z);
            case Spread(var heads, _):
                return () => AttentionKernels.Spread(layout, heads, columns, x, y, z);
            case Mask(var heads, var hidden):
                return EachGroup(heads.Count, columns, (i, at) =>
                {
                    var group = z.Row(i).Slice(at, heads.BlockSize);
                    x.Row(i).Slice(at, heads.BlockSize).CopyTo(group);
                    group[(layout.PositionOf(i) + 1)..].Fill(T.CreateTruncating(hidden));
                });
            case CrossEntropy(var indices):
                var target = layout[indices];
                return EachRow(i => z.At(i) = Rows.LogSumExp(ref x.At(i), argument.Columns) - x.At(i, target[i]));
            case CrossEntropyPullback(var indices):
                var expected = layout[indices];
                return EachRow(i => Rows.CrossEntropyPullback(ref x.At(i), columns, expected[i], y.At(i), ref z.At(i)));
            case Gather(var indices):
                var from = layout[indices];
                return EachRow(i => x.Row(from[i]).CopyTo(z.Row(i)));
            case ScatterAdd(var indices, _):
                var to = layout[indices];
                return () =>
                {
                    for (var i = 0; i < layout.Rows(rows); i++) z.Row(i).Clear();
                    for (var i = 0; i < layout.Positions; i++) Rows.Accumulate(ref x.At(i), columns, T.One, ref z.At(to[i]));
                };
            case Pick(var indices):
                var picked = layout[indices];
                return EachRow(i => z.At(i) = x.At(i, picked[i]));
            case Place(var indices, _):
                var placed = layout[indices];
                return EachRow(i =>
                {
                    z.Row(i).Clear();
                    z.At(i, placed[i]) = x.At(i);
                });
            case SumGroups(var groups):
                return EachGroup(groups, argument.Columns, (i, at) =>
                    z.At(i, at / (argument.Columns / groups)) = Rows.Sum(x.Row(i).Slice(at, argument.Columns / groups)));
            case LargestOfGroups(var groups):
                return EachGroup(groups, argument.Columns, (i, at) =>
                    z.At(i, at / (argument.Columns / groups)) = Rows.Largest(x.Row(i).Slice(at, argument.Columns / groups)));
            case RepeatGroups(var size):
                return EachGroup(argument.Columns, columns, (i, at) => z.Row(i).Slice(at, size).Fill(x.At(i, at / size)));
            case MeanRows:
                return EachRow(i =>
                {
                    var (start, end) = rows == Extent.Documents ? (layout.Starts[i], layout.Starts[i + 1]) : (0, layout.Documents);
                    z.Row(i).Clear();
                    for (var r = start; r < end; r++) Rows.Accumulate(ref x.At(r), columns, T.One / T.CreateTruncating(end - start), ref z.At(i));
                });
            case ShareRows:
                return EachRow(i =>
                {
                    var (share, count) = rows == Extent.Positions
                        ? (layout.DocumentOf[i], layout.Starts[layout.DocumentOf[i] + 1] - layout.Starts[layout.DocumentOf[i]])
                        : (0, layout.Documents);
                    z.Row(i).Clear();
                    Rows.Accumulate(ref x.At(share), columns, T.One / T.CreateTruncating(count), ref z.At(i));
                });
            case IntoContext(var part):
                return () =>
                {
                    var first = layout.Rows(part.FirstInContext!.Value);
                    for (var i = 0; i < layout.Rows(rows); i++) z.Row(i).Clear();
                    for (var i = 0; i < layout.Rows(part); i++) x.Row(i).CopyTo(z.Row(first + i));
                };
            case OutOfContext(var part):
                return EachRow(i => x.Row(layout.Rows(part.FirstInContext!.Value) + i).CopyTo(z.Row(i)));
            default:
                throw new NotSupportedException($"{node.Operation.Name} has no kernel.");
        }

        Action EachRow(Action<int> row) => () =>
        {
            for (var (i, count) = (0, layout.Rows(rows)); i < count; i++) row(i);
        };

        Action EachGroup(int groups, int columns, Action<int, int> group) => EachRow(i =>
        {
            for (var at = 0; at < columns; at += columns / groups) group(i, at);
        });
    }
}
