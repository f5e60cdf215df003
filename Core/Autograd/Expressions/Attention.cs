using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Causal attention in three operations, linear in each argument; the adjoints of each are the other two. The columns of a row of
// weights are a group for each head h, and in it a place for each row t of the document, up to block_size. Row i sees the rows
// up to itself: t ≤ its position. Columns of what it does not see are zero in scores and mean nothing in mix and spread.

/// <summary>How the columns of attention weights are laid out: a group for each head, block_size columns in each.</summary>
public readonly record struct Heads(int Count, int BlockSize)
{
    /// <summary>heads · block_size.</summary>
    public int Columns => Count * BlockSize;

    /// <summary>How many columns of each group row i sees.</summary>
    public int Seen(Packing packing, int row) => packing.PositionOf(row) is var p && p < BlockSize
        ? p + 1
        : throw new ArgumentException($"Position {p} lies outside a block of {BlockSize}.");
}

/// <summary>scores(q, k)[i, (h,t)] = Σ_j q[i, hd+j] · k[s+t, hd+j]: [positions, c] and [r, c] make [positions, heads·block].</summary>
public sealed class Scores(Heads heads) : Multilinear
{
    public override string Name => $"scores({heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var q, var k] && q.Rows == Extent.Positions && k.Rows.IsSeen && q.Columns == k.Columns && q.Columns % heads.Count == 0
            ? new(q.Rows, heads.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (q, k, d) = (arguments[0], arguments[1], arguments[0].Columns / heads.Count);
        return Matrix<T>.Of(q.Rows, heads.Columns, (i, column) =>
        {
            var (h, t) = (column / heads.BlockSize, column % heads.BlockSize);
            var row = inputs.Packing.FirstSeen(i) + t;
            return t < heads.Seen(inputs.Packing, i) ? Sum.Of(h * d, (h + 1) * d, j => q[i, j] * k[row, j]) : T.Constant(0);
        });
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? cotangent.Mix(result.Arguments[1], heads)
        : cotangent.Spread(result.Arguments[0], heads, result.Arguments[1].Shape.Rows);
}
public static partial class Operations
{
    public static Expr Scores(this Expr q, Expr k, Heads heads) => new Application(new Scores(heads), q, k);
}

/// <summary>mix(a, v)[i, hd+j] = Σ_t a[i, (h,t)] · v[s+t, hd+j]: [positions, heads·block] and [r, c] make [positions, c].</summary>
public sealed class Mix(Heads heads) : Multilinear
{
    public override string Name => $"mix({heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var a, var v] && a == new Shape(Extent.Positions, heads.Columns) && v.Rows.IsSeen && v.Columns % heads.Count == 0
            ? new(a.Rows, v.Columns) : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (a, v, d) = (arguments[0], arguments[1], arguments[1].Columns / heads.Count);
        return Matrix<T>.Of(a.Rows, v.Columns, (i, j) =>
        {
            var (h, first) = (j / d, inputs.Packing.FirstSeen(i));
            return Sum.Of(0, heads.Seen(inputs.Packing, i), t => a[i, h * heads.BlockSize + t] * v[first + t, j]);
        });
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? cotangent.Scores(result.Arguments[1], heads)
        : result.Arguments[0].Spread(cotangent, heads, result.Arguments[1].Shape.Rows);
}
public static partial class Operations
{
    public static Expr Mix(this Expr a, Expr v, Heads heads) => new Application(new Mix(heads), a, v);
}

/// <summary>
/// spread(a, x)[u, hd+j] = Σ_i a[i, (h,u-s)] · x[i, hd+j], over the rows i that see u: [positions, heads·block] and
/// [positions, c] make [r, c].
/// </summary>
public sealed class Spread(Heads heads, Extent rows) : Multilinear
{
    public override string Name => $"spread({heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var a, var x] && a == new Shape(Extent.Positions, heads.Columns) && x.Rows == a.Rows && x.Columns % heads.Count == 0
            ? x with { Rows = rows } : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (a, x, d, packing) = (arguments[0], arguments[1], arguments[1].Columns / heads.Count, inputs.Packing);
        return Matrix<T>.Of(rows.In(packing), x.Columns, (u, j) =>
        {
            var document = packing.DocumentOf[Math.Max(0, u - packing.Past)];
            var (start, end) = packing.RowsOf(document);
            var t = u - start;
            return Sum.Of(Math.Max(start, u - packing.Past), end, i => a[i, j / d * heads.BlockSize + t] * x[i, j]);
        });
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => k == 0
        ? result.Arguments[1].Scores(cotangent, heads)
        : result.Arguments[0].Mix(cotangent, heads);
}
public static partial class Operations
{
    public static Expr Spread(this Expr a, Expr x, Heads heads, Extent rows) => new Application(new Spread(heads, rows), a, x);
}

/// <summary>Numbers of columns that a row does not see become <paramref name="hidden"/>: -∞ before a softmax, 0 in its derivative.</summary>
public sealed class Mask(Heads heads, double hidden) : Operation
{
    public override string Name => FormattableString.Invariant($"mask({hidden})");

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments[0] == new Shape(Extent.Positions, heads.Columns) ? arguments[0] : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Matrix<T>.Of(arguments[0].Rows, heads.Columns, (i, column) =>
            column % heads.BlockSize < heads.Seen(inputs.Packing, i) ? arguments[0][i, column] : T.Constant(hidden));

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent.Mask(heads, 0);

    public override Expr Pushforward(Application result, int k, Expr tangent) => Pullback(result, k, tangent);
}
public static partial class Operations
{
    public static Expr Mask(this Expr x, Heads heads, double hidden) => new Application(new Mask(heads, hidden), x);
}
