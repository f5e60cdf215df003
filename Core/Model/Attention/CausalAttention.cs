using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

// Causal attention has three operations: scores, mix and spread. Each is linear in each argument, and its adjoints are the other
// two.
//
// Attention weights have a column (h, t) for each head h and each position t < block_size of the document. A row at position p
// sees the positions t ≤ p. In the columns of later positions, scores writes 0, and mix and spread read nothing.
//
// Keys and values have a row for each position of the batch. A cache has block_size rows instead, of one document, and those of
// later positions are not read.
//
// In the formulas, d is the number of columns of a head, and s is the document's first row among the keys and values.

/// <summary>The layout of the columns of attention weights: a group for each head, block_size columns in each.</summary>
public readonly record struct Heads(int Count, int BlockSize)
{
    /// <summary>The number of columns of attention weights: heads · block_size.</summary>
    public int Columns => Count * BlockSize;

    /// <summary>The number of columns of each head, given the number of columns of queries, keys or values.</summary>
    public int HeadDim(int columns) => columns / Count;

    /// <summary>True if keys or values may have this shape: they have a row for each position of the batch, or block_size rows.</summary>
    public bool FitsKeys(Shape keys) => (keys.Rows == Extent.Positions || keys.Rows == BlockSize) && keys.Columns % Count == 0;

    /// <summary>The number of keys that a row sees: its position + 1. Throws if the position is outside the block.</summary>
    public int VisibleKeys(Packing packing, int row) => PositionOf(packing, row) + 1;

    /// <summary>The position of a row in its document. Throws if it is outside the block.</summary>
    public int PositionOf(Packing packing, int row) => packing.PositionOf(row) is var p && p < BlockSize
        ? p
        : throw new ArgumentException($"Position {p} lies outside a block of {BlockSize}.");
}

/// <summary>
/// scores(q, k)[i, (h,t)] = Σ_j q[i, h·d+j] · k[s+t, h·d+j] for the positions t that row i sees; 0 elsewhere. [positions, c] and
/// [r, c] make [positions, heads·block_size].
/// </summary>
public sealed record Scores(Heads Heads) : Multilinear
{
    public override string Name => $"scores({Heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var q, var k] && q.Rows == Extent.Positions && Heads.FitsKeys(k) && q.Columns == k.Columns
            ? new(q.Rows, Heads.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (q, k, d) = (arguments[0], arguments[1], Heads.HeadDim(arguments[0].Columns));
        return Matrix<T>.Of(q.Rows, Heads.Columns, (i, column) =>
        {
            var (h, t) = (column / Heads.BlockSize, column % Heads.BlockSize);
            var row = inputs.Packing.FirstSeen(i) + t;
            return t < Heads.VisibleKeys(inputs.Packing, i) ? Sum.OfProducts(h * d, (h + 1) * d, j => (q[i, j], k[row, j])) : T.Constant(0);
        });
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? cotangent.Mix(result.Arguments[1], Heads)
        : cotangent.Spread(result.Arguments[0], Heads, result.Arguments[1].Shape.Rows);
}

/// <summary>
/// mix(a, v)[i, h·d+j] = Σ_t a[i, (h,t)] · v[s+t, h·d+j], over the positions t that row i sees. [positions, heads·block_size] and
/// [r, c] make [positions, c].
/// </summary>
public sealed record Mix(Heads Heads) : Multilinear
{
    public override string Name => $"mix({Heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var a, var v] && a == new Shape(Extent.Positions, Heads.Columns)
        && Heads.FitsKeys(v)
            ? new(a.Rows, v.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (a, v, d) = (arguments[0], arguments[1], Heads.HeadDim(arguments[1].Columns));
        return Matrix<T>.Of(a.Rows, v.Columns, (i, j) =>
        {
            var (h, first) = (j / d, inputs.Packing.FirstSeen(i));
            return Sum.OfProducts(0, Heads.VisibleKeys(inputs.Packing, i), t => (a[i, h * Heads.BlockSize + t], v[first + t, j]));
        });
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? cotangent.Scores(result.Arguments[1], Heads)
        : result.Arguments[0].Spread(cotangent, Heads, result.Arguments[1].Shape.Rows);
}

/// <summary>
/// spread(a, x)[u, h·d+j] = Σ_i a[i, (h,u-s)] · x[i, h·d+j], over the rows i that see row u of the keys and values.
/// [positions, heads·block_size] and [positions, c] make [r, c].
/// </summary>
public sealed record Spread(Heads Heads, Extent Rows) : Multilinear
{
    public override string Name => $"spread({Heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var a, var x] && a == new Shape(Extent.Positions, Heads.Columns) && x.Rows == a.Rows
        && Heads.FitsKeys(x with { Rows = Rows })
            ? x with { Rows = Rows } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (a, x, d, packing) = (arguments[0], arguments[1], Heads.HeadDim(arguments[1].Columns), inputs.Packing);
        return Matrix<T>.Of(Rows.In(packing), x.Columns, (u, j) =>
        {
            var sees = u - packing.FirstPosition; // the row at the position of row u, which is the first that sees row u
            var (start, end) = packing.RowsOf(packing.DocumentOf[Math.Clamp(sees, 0, packing.Positions - 1)]);
            return Sum.OfProducts(Math.Max(start, sees), end, i => (a[i, j / d * Heads.BlockSize + u - start], x[i, j]));
        });
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? result.Arguments[1].Scores(cotangent, Heads)
        : result.Arguments[0].Mix(cotangent, Heads);
}

/// <summary>
/// The causal mask. In each row, entries in the columns of later positions become <paramref name="Hidden"/>. This number is -∞
/// before a softmax, and 0 in the derivative.
/// </summary>
public sealed record Mask(Heads Heads, double Hidden) : Operation
{
    public override string Name => FormattableString.Invariant($"mask({Hidden})");

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x == new Shape(Extent.Positions, Heads.Columns) ? x : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, Heads.Columns, (i, column) =>
            column % Heads.BlockSize < Heads.VisibleKeys(inputs.Packing, i) ? arguments[0][i, column] : T.Constant(Hidden));

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.Mask(Heads, 0);

    public override Expr Pushforward(Application result, int k, Expr tangent) => Pullback(result, k, tangent);
}

/// <summary>The operations of causal attention, as methods.</summary>
public static class CausalAttention
{
    extension(Expr x)
    {
        public Expr Scores(Expr keys, Heads heads) => new Application(new Scores(heads), x, keys);
        public Expr Mix(Expr values, Heads heads) => new Application(new Mix(heads), x, values);
        public Expr Spread(Expr rows, Heads heads, Extent extent) => new Application(new Spread(heads, extent), x, rows);
        public Expr Mask(Heads heads, double hidden) => new Application(new Mask(heads, hidden), x);
    }
}
