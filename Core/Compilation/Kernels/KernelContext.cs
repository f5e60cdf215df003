using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>What a kernel is bound to: a node, the layout of the inputs, and the buffers of the node's arguments and result.</summary>
/// <param name="Node">The node: its operation has the kernel.</param>
/// <param name="Layout">The layout, which knows the rows of this run.</param>
/// <param name="Arguments">A buffer for each argument of the node.</param>
/// <param name="Z">The buffer of the result.</param>
/// <param name="Panel">Scratch memory for one packed panel of a transposed matrix.</param>
/// <param name="Next">The buffer and the rows that the next product reads first, to be prefetched.</param>
[Workspace]
internal sealed record KernelContext<T>(
    Application Node, BatchLayout Layout, ImmutableArray<MatrixBuffer<T>> Arguments, MatrixBuffer<T> Z, MatrixBuffer<T> Panel,
    (MatrixBuffer<T> Block, int Rows)? Next)
    where T : unmanaged, INumber<T>
{
    /// <summary>The buffer of the first argument.</summary>
    public MatrixBuffer<T> X => Arguments[0];

    /// <summary>The buffer of the second argument; of the first if there is no other.</summary>
    public MatrixBuffer<T> Y => Arguments.Length > 1 ? Arguments[1] : Arguments[0];

    public int Columns => Node.Shape.Columns;

    /// <summary>The shape of the first argument.</summary>
    public Shape Argument => Node.Arguments[0].Shape;

    /// <summary>How many rows the result has in this run.</summary>
    public int Rows() => Layout.Rows(Node.Shape.Rows);

    /// <summary>Does something to each row of the result.</summary>
    public Action EachRow(Action<int> row) => () =>
    {
        for (var (i, count) = (0, Rows()); i < count; i++) row(i);
    };

    /// <summary>Does something to each position; told its row and its index, which is below a limit.</summary>
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

    /// <summary>Does something to each row, for each of equal groups of so many columns; told the row and the group's first column.</summary>
    public Action EachGroup(int groups, int columns, Action<int, int> group) => EachRow(i =>
    {
        for (var at = 0; at < columns; at += columns / groups) group(i, at);
    });
}
