using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>An operation that a beast is made of. Nobody differentiates it.</summary>
public abstract record Limb(string Title) : Operation
{
    public sealed override string Name => Title;

    public sealed override Expr Pullback(Application result, int k, Expr cotangent) => throw new NotSupportedException();

    public sealed override Expr Pushforward(Application result, int k, Expr tangent) => throw new NotSupportedException();
}

/// <summary>The row of each document to each of its positions, or one row to each document, whole.</summary>
public sealed record RepeatRows() : Limb("repeat-rows")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments[0] with { Rows = arguments[0].Rows == Extent.Documents ? Extent.Positions : Extent.Documents };

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(shape.Rows.In(inputs.Packing), shape.Columns, (i, j) =>
            arguments[0][shape.Rows == Extent.Positions ? inputs.Packing.DocumentOf[i] : 0, j]);
}

/// <summary>Row i goes to row indices[i] of a table, in place of what went there before.</summary>
public sealed record LastOccurrence(Indices Indices, Extent Rows) : Limb("scatter")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0] with { Rows = Rows };

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(shape.Rows.In(inputs.Packing), shape.Columns, (n, j) =>
            inputs[Indices].LastIndexOf(n) is var i and >= 0 ? arguments[0][i, j] : T.Constant(0));
}

/// <summary>Zeros in the first row.</summary>
public sealed record WithoutFirstRow() : Limb("without-first-row")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, j) => i == 0 ? T.Constant(0) : arguments[0][i, j]);
}

/// <summary>Attention's numbers of some heads, positions and places they look back at; zeros for the others.</summary>
public sealed record Keep(Heads Heads, Func<int, int, int, bool> Kept) : Limb("keep")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, column) =>
            Kept(column / Heads.BlockSize, inputs.Packing.PositionOf(i), column % Heads.BlockSize)
                ? arguments[0][i, column]
                : T.Constant(0));
}

/// <summary>Attention that mixes the values of rows further on, or further back, than it looks at.</summary>
public sealed record MixShifted(Mix Right, int By) : Limb(Right.Name)
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => Right.Infer(arguments);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var v = arguments[1];
        var shifted = Matrix<T>.Of(v.Rows, v.Columns, (i, j) => v[Math.Clamp(i + By, 0, v.Rows - 1), j]);
        return Right.Forward(shape, arguments.SetItem(1, shifted), inputs);
    }
}
