using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Operations that look up rows or entries by a column of indices, and the adjoints of these operations.

/// <summary>Row i of the result is row indices[i] of a table: [n, c] becomes [positions, c].</summary>
public sealed record Gather(Indices Indices) : Multilinear
{
    public override string Name => $"gather({Indices})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows.IfFixed is not null ? new(Extent.Positions, x.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (table, column) = (arguments[0], inputs[Indices]);
        return Matrix<T>.Of(column.Length, table.Columns, (i, j) => table[column[i], j]);
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.ScatterAdd(Indices, result.Arguments[0].Shape.Rows);
}

/// <summary>Adds row i of the argument to row indices[i] of a table that starts as zeros: [positions, c] becomes [n, c].</summary>
public sealed record ScatterAdd(Indices Indices, Extent Rows) : Multilinear
{
    public override string Name => $"scatter-add({Indices})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows == Extent.Positions ? new(Rows, x.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var rowsOf = inputs[Indices].Select((row, i) => (row, i)).ToLookup(pair => pair.row, pair => pair.i);
        return Matrix<T>.Of(Rows.In(inputs.Packing), shape.Columns, (n, j) => Sum.Of(rowsOf[n].Select(i => arguments[0][i, j])));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.Gather(Indices);
}

/// <summary>Takes the entry in column indices[i] from each row i: [positions, c] becomes [positions, 1].</summary>
public sealed record Pick(Indices Indices) : Multilinear
{
    public override string Name => $"pick({Indices})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows == Extent.Positions ? new(Extent.Positions, 1) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, 1, (i, _) => arguments[0][i, inputs[Indices][i]]);

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        cotangent.Place(Indices, result.Arguments[0].Shape.Columns);
}

/// <summary>Puts the entry of row i into column indices[i]; the other columns are 0: [positions, 1] becomes [positions, c].</summary>
public sealed record Place(Indices Indices, int Columns) : Multilinear
{
    public override string Name => $"place({Indices})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x == new Shape(Extent.Positions, 1) ? new(Extent.Positions, Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, Columns, (i, j) => inputs[Indices][i] == j ? arguments[0][i, 0] : T.Constant(0));

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.Pick(Indices);
}

/// <summary>Lookups and their adjoints, as methods.</summary>
public static partial class Operations
{
    extension(Expr x)
    {
        public Expr Gather(Indices indices) => new Application(new Gather(indices), x);
        public Expr ScatterAdd(Indices indices, Extent rows) => new Application(new ScatterAdd(indices, rows), x);
        public Expr Pick(Indices indices) => new Application(new Pick(indices), x);
        public Expr Place(Indices indices, int columns) => new Application(new Place(indices, columns), x);
    }
}
