using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>An operation that mutants are built from. It has a value and no derivative.</summary>
public abstract record ForwardOnlyOperation(string Title) : Operation
{
    public sealed override string Name => Title;

    public sealed override Expr Pullback(Application result, int k, Expr cotangent) => throw new NotSupportedException();

    public sealed override Expr Pushforward(Application result, int k, Expr tangent) => throw new NotSupportedException();
}

/// <summary>Repeats the row of each document for each of its positions, or one row for each document, without dividing.</summary>
public sealed record UndividedRows() : ForwardOnlyOperation("undivided-rows")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments[0] with { Rows = arguments[0].Rows == Extent.Documents ? Extent.Positions : Extent.Documents };

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(shape.Rows.In(inputs.Packing), shape.Columns, (i, j) =>
            arguments[0][shape.Rows == Extent.Positions ? inputs.Packing.DocumentOf[i] : 0, j]);
}

/// <summary>The mean of all rows, whatever document they belong to.</summary>
public sealed record MeanOfTokens() : ForwardOnlyOperation("mean-of-tokens")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0] with { Rows = 1 };

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(1, shape.Columns, (_, j) =>
            Sum.Of(0, arguments[0].Rows, i => arguments[0][i, j]) * (1.0 / arguments[0].Rows));
}

/// <summary>Scatters row i to row indices[i] of a table; a later row replaces an earlier one instead of adding to it.</summary>
public sealed record LastOccurrence(Indices Indices, Extent Rows) : ForwardOnlyOperation("scatter")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0] with { Rows = Rows };

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(shape.Rows.In(inputs.Packing), shape.Columns, (n, j) =>
            inputs[Indices].LastIndexOf(n) is var i and >= 0 ? arguments[0][i, j] : T.Constant(0));
}

/// <summary>The matrix with each row moved to the row below, and the last row to the first.</summary>
public sealed record RowsBelow() : ForwardOnlyOperation("rows-below")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, j) => arguments[0][(i + arguments[0].Rows - 1) % arguments[0].Rows, j]);
}

/// <summary>The matrix with zeros in its first row.</summary>
public sealed record WithoutFirstRow() : ForwardOnlyOperation("without-first-row")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, j) => i == 0 ? T.Constant(0) : arguments[0][i, j]);
}

/// <summary>The first argument without its last row.</summary>
public sealed record WithoutLastRow() : ForwardOnlyOperation("without-last-row")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows - 1, shape.Columns, (i, j) => arguments[0][i, j]);
}

/// <summary>The matrix with zeros in its first column.</summary>
public sealed record WithoutFirstColumn() : ForwardOnlyOperation("without-first-column")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, j) => j == 0 ? T.Constant(0) : arguments[0][i, j]);
}

/// <summary>Attention weights [rows, heads · block]: kept where (head, query position, key position) is selected, zero elsewhere.</summary>
public sealed record SelectWeights(Heads Heads, Func<int, int, int, bool> Selected) : ForwardOnlyOperation("select-weights")
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments[0];

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, shape.Columns, (i, column) =>
            Selected(column / Heads.BlockSize, inputs.Packing.PositionOf(i), column % Heads.BlockSize)
                ? arguments[0][i, column]
                : T.Constant(0));
}

/// <summary>Attention that mixes the values of rows shifted by <paramref name="By"/> from those it attends to.</summary>
public sealed record MixShifted(Mix Right, int By) : ForwardOnlyOperation(Right.Name)
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => Right.Infer(arguments);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var v = arguments[1];
        var shifted = Matrix<T>.Of(v.Rows, v.Columns, (i, j) => v[Math.Clamp(i + By, 0, v.Rows - 1), j]);
        return Right.Forward(shape, arguments.SetItem(1, shifted), inputs);
    }
}

/// <summary>Attention by online softmax, key by key. The sums so far are not scaled when a larger score is found.</summary>
public sealed record UnscaledAttention(Attention Right) : ForwardOnlyOperation(Right.Name)
{
    public override Shape? Infer(ImmutableArray<Shape> arguments) => Right.Infer(arguments);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (q, k, v, d) = (arguments[0], arguments[1], arguments[2], Right.Heads.HeadDim(arguments[0].Columns));
        return Matrix<T>.Of(q.Rows, shape.Columns, (i, j) =>
        {
            var (largest, weights, y) = (double.NegativeInfinity, T.Constant(0), T.Constant(0));
            for (var t = inputs.Packing.FirstSeen(i); t <= i; t++)
            {
                var score = Sum.OfProducts(j / d * d, (j / d + 1) * d, c => (q[i, c], k[t, c])) * Math.Pow(d, -0.5);
                largest = Math.Max(largest, score.Plain);
                var weight = (score + -largest).Exp();
                (weights, y) = (weights + weight, y + weight * v[t, j]);
            }
            return y * weights.Reciprocal();
        });
    }
}
