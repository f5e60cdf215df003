using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>The context of a kernel: its nodes, the layout of the batch, and the buffers of the nodes' arguments and results.</summary>
/// <param name="Nodes">
/// The nodes to compute: one node, or several results of a family. They have the same arguments. Their operation determines the kernel.
/// </param>
/// <param name="Layout">The layout of the batch. It has the number of rows of the current batch.</param>
/// <param name="Arguments">A buffer for each argument of the nodes.</param>
/// <param name="Results">The buffer of each node.</param>
/// <param name="Panel">Scratch memory for one packed panel of a matrix product.</param>
/// <param name="Next">The memory that a matrix product prefetches for later kernels.</param>
/// <param name="Constants">The variables that have their values when the kernel is bound, and keep them; none if it is null.</param>
[Workspace]
internal sealed record KernelContext<T>(
    ImmutableArray<Application> Nodes, BatchLayout Layout, ImmutableArray<MatrixBuffer<T>> Arguments,
    ImmutableArray<MatrixBuffer<T>> Results, Lazy<MatrixBuffer<T>> Panel, Prefetch Next = default,
    IReadOnlySet<Variable>? Constants = null)
    where T : unmanaged, INumber<T>
{
    /// <summary>The first node.</summary>
    public Application Node => Nodes[0];

    /// <summary>The buffer of the first node.</summary>
    public MatrixBuffer<T> Z => Results[0];

    /// <summary>The buffer of the first argument.</summary>
    public MatrixBuffer<T> X => Arguments[0];

    /// <summary>The buffer of the second argument, or of the first if there is only one argument.</summary>
    public MatrixBuffer<T> Y => Arguments.Length > 1 ? Arguments[1] : Arguments[0];

    /// <summary>True if the k-th argument is a constant, so that its kernel may prepare it.</summary>
    public bool IsConstant(int k) => Node.Arguments[k] is Variable variable && Constants?.Contains(variable) == true;

    /// <summary>The number of columns of the result.</summary>
    public int Columns => Node.Shape.Columns;

    /// <summary>The shape of the first argument.</summary>
    public Shape Argument => Node.Arguments[0].Shape;

    /// <summary>
    /// The buffer of the family's k-th result, a matrix of the given shape. If no node is this result, it is scratch memory.
    /// </summary>
    public MatrixBuffer<T> Result(int k, Shape shape)
    {
        for (var i = 0; i < Nodes.Length; i++)
            if (((FusedFamily)Nodes[i].Operation).Result == k) return Results[i];
        return MatrixBuffer<T>.Allocate(Layout.Capacity(shape.Rows), shape.Columns);
    }

    /// <summary>The name of the operation. All results of a family have the name of its first result.</summary>
    public string Name => (Node.Operation is FusedFamily family ? family with { Result = 0 } : Node.Operation).Name;

    /// <summary>The shapes of the arguments and of the result, such as [positions, 16] [64, 16] → [positions, 64].</summary>
    public string FormatShapes() => $"{string.Join(" ", Node.Arguments.Select(x => x.Shape))} → {Node.Shape}";

    /// <summary>The rows that the kernel computes: those of the result, and for a family those of the first argument.</summary>
    public Extent RowExtent => Node.Operation is FusedFamily ? Argument.Rows : Node.Shape.Rows;

    /// <summary>
    /// A function that reads the k-th argument, a scalar, when the kernel runs. A variable has the precision in which it was loaded.
    /// </summary>
    public Func<double> BindScalar(int k)
    {
        var buffer = Arguments[k];
        return Node.Arguments[k] is Variable ? () => buffer.Scalar : () => double.CreateTruncating(buffer.At(0));
    }

    /// <summary>A kernel that calls <paramref name="row"/> with the number of each row of the result.</summary>
    public RowKernel EachRow(Action<int> row) => (first, count) =>
    {
        for (var i = first; i < first + count; i++) row(i);
    };

    /// <summary>
    /// A function that reads the indices of some positions when the kernel runs. It throws <see cref="ArgumentOutOfRangeException"/> if an
    /// index is not from 0 to <paramref name="limit"/> - 1, because the index would address memory outside a matrix.
    /// </summary>
    public IndexReader BindIndices(Indices indices, int limit)
    {
        var column = Layout.Register(indices);
        return (first, count) =>
        {
            var index = column.AsSpan(first, count);
            return index.ContainsAnyExceptInRange(0, limit - 1)
                ? throw new ArgumentOutOfRangeException(indices.ToString(), $"One of them is not from 0 to {limit - 1}.")
                : index;
        };
    }

    /// <summary>A kernel that calls <paramref name="row"/> with each position and the index of the position.</summary>
    public RowKernel EachIndex(Indices indices, int limit, Action<int, int> row)
    {
        var read = BindIndices(indices, limit);
        return (first, count) =>
        {
            var index = read(first, count);
            for (var i = 0; i < count; i++) row(first + i, index[i]);
        };
    }

    /// <summary>
    /// A kernel that divides the <paramref name="columns"/> columns of each row into equal groups. For each group, the kernel calls
    /// <paramref name="group"/> with the row and with the first column of the group.
    /// </summary>
    public RowKernel EachGroup(int groups, int columns, Action<int, int> group) => EachRow(i =>
    {
        for (var first = 0; first < columns; first += columns / groups) group(i, first);
    });
}
