using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// Where a node is computed: the layout of the inputs, the blocks X and Y of its arguments and Z of its own, room for a panel of a
/// matrix that is turned on the way, and the rows that the next product reads first. A kernel is an action that does it, each time it is called.
/// </summary>
internal sealed record KernelContext<T>(Application Node, BatchLayout Layout, MatrixBuffer<T> X, MatrixBuffer<T> Y, MatrixBuffer<T> Z, MatrixBuffer<T> Panel, (MatrixBuffer<T> Block, int Rows)? Next) where T : unmanaged, INumber<T>
{
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
