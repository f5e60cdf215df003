using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// The sum of all rows and its adjoint. With the groups of columns, they sum all entries of a matrix, and broadcast a scalar.

/// <summary>The sum of the rows: [r, c] becomes [1, c].</summary>
public sealed record SumRows : Multilinear
{
    public override string Name => "sum-rows";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x with { Rows = 1 } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(1, shape.Columns, (_, j) => Sum.Of(0, arguments[0].Rows, i => arguments[0][i, j]));

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.RepeatRows(result.Arguments[0].Shape.Rows);
}

/// <summary>The adjoint of <see cref="SumRows"/>: repeats a row, one below the other. [1, c] becomes [r, c].</summary>
public sealed record RepeatRows(Extent Rows) : Multilinear
{
    public override string Name => $"repeat-rows({Rows})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows == 1 ? x with { Rows = Rows } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(Rows.In(inputs.Packing), shape.Columns, (_, j) => arguments[0][0, j]);

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.SumRows();
}

/// <summary>Sums and repetitions of rows, as methods.</summary>
public static partial class Operations
{
    extension(Expr x)
    {
        public Expr SumRows() => new Application(new SumRows(), x);
        public Expr RepeatRows(Extent rows) => new Application(new RepeatRows(rows), x);

        /// <summary>The sum of all entries, [1, 1].</summary>
        public Expr SumEntries() => x.SumGroups(1).SumRows();

        /// <summary>A scalar, repeated to fill a shape.</summary>
        public Expr Broadcast(Shape shape) => x.Shape == shape ? x : x.RepeatGroups(shape.Columns).RepeatRows(shape.Rows);
    }
}
