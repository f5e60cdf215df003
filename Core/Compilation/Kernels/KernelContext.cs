using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>What a kernel is bound to: a node, the layout of the batch, and the buffers of the node's arguments and result.</summary>
/// <param name="Node">The node. Its operation decides which kernel it is.</param>
/// <param name="Layout">The layout. It knows the number of rows in the current batch.</param>
/// <param name="Arguments">A buffer for each argument of the node.</param>
/// <param name="Z">The buffer of the result.</param>
/// <param name="Panel">Scratch memory for one packed panel of a matrix product.</param>
/// <param name="Next">The buffer and the rows that the next matrix product reads first, to be prefetched.</param>
[Workspace]
internal sealed record KernelContext<T>(
    Application Node, BatchLayout Layout, ImmutableArray<MatrixBuffer<T>> Arguments, MatrixBuffer<T> Z, MatrixBuffer<T> Panel,
    (MatrixBuffer<T> Buffer, int Rows)? Next)
    where T : unmanaged, INumber<T>
{
    /// <summary>The buffer of the first argument.</summary>
    public MatrixBuffer<T> X => Arguments[0];

    /// <summary>The buffer of the second argument, or of the only one.</summary>
    public MatrixBuffer<T> Y => Arguments.Length > 1 ? Arguments[1] : Arguments[0];

    /// <summary>The columns of the result.</summary>
    public int Columns => Node.Shape.Columns;

    /// <summary>The shape of the first argument.</summary>
    public Shape Argument => Node.Arguments[0].Shape;

    /// <summary>The rows of the result in the current batch.</summary>
    public int Rows() => Layout.Rows(Node.Shape.Rows);

    /// <summary>A kernel that computes one row of the result after another, given the row's number.</summary>
    public Action EachRow(Action<int> row) => () =>
    {
        for (var (i, count) = (0, Rows()); i < count; i++) row(i);
    };

    /// <summary>
    /// A kernel that looks up an index for each position, and computes from the position's row and its index. An index that is negative,
    /// or not below <paramref name="limit"/>, is an exception, since no buffer has such a row or column.
    /// </summary>
    public Action EachIndex(Indices indices, int limit, Action<int, int> row)
    {
        var index = Layout.Register(indices);
        return () =>
        {
            var positions = Layout.Positions;
            if (index.AsSpan(0, positions).ContainsAnyExceptInRange(0, limit - 1))
                throw new ArgumentOutOfRangeException(indices.ToString(), $"One of them is not from 0 to {limit - 1}.");
            for (var i = 0; i < positions; i++) row(i, index[i]);
        };
    }

    /// <summary>
    /// A kernel for equal groups of the <paramref name="columns"/> columns of each row. It computes one group after another, given the row
    /// and the group's first column.
    /// </summary>
    public Action EachGroup(int groups, int columns, Action<int, int> group) => EachRow(i =>
    {
        for (var at = 0; at < columns; at += columns / groups) group(i, at);
    });
}
