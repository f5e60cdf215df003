using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The cotangent of x, given the cotangent dy of relu(x): dy where x is above 0, else 0.</summary>
public sealed record ReluPullback : Fused
{
    public override string Name => "relu-pullback";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x, var y] && x == y ? x : null;
    public override Expr Definition(ImmutableArray<Expr> x) => x[0].Step() * x[1];

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [Application { Operation: Pointwise<Step>, Arguments: [var x] }, var dy],
    } ? new(new ReluPullback(), x, dy) : null;
}

/// <summary>Root mean square normalization, <see cref="Layers.RmsNorm"/>.</summary>
public sealed record RmsNorm : Fused
{
    public override string Name => "rmsnorm";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x : null;
    public override Expr Definition(ImmutableArray<Expr> x) => x[0].RmsNorm();

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [var x, Application { Operation: RepeatGroups }],
    } ? new(new RmsNorm(), x) : null;

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        new Application(new RmsNormPullback(), result.Arguments[0], cotangent);
}

/// <summary>The cotangent of x, given the cotangent dy of y = x·s, s = (mean(x²) + ε)^(-0.5): (dy - y·mean(y·dy))·s.</summary>
public sealed record RmsNormPullback : Fused
{
    public override string Name => "rmsnorm-pullback";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x, var y] && x == y ? x : null;

    public override Expr Definition(ImmutableArray<Expr> x)
    {
        var (columns, dy) = (x[0].Shape.Columns, x[1]);
        var scale = ((x[0] * x[0]).SumGroups(1) / columns + Layers.RmsNormEpsilon).Pow(-0.5).RepeatGroups(columns);
        var y = x[0] * scale;
        return (dy - y * ((y * dy).SumGroups(1) / columns).RepeatGroups(columns)) * scale;
    }

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [
            Application
        {
            Operation: Pairwise<Add>,
            Arguments: [
                var dy,
                Application { Arguments: [Application { Arguments: [Application { Operation: RmsNorm, Arguments: [var x] }, _] }, _] },
            ],
        },
            Application { Operation: RepeatGroups },
        ],
    } ? new(new RmsNormPullback(), x, dy) : null;
}

/// <summary>Softmax within groups of columns, <see cref="Layers.Softmax"/>.</summary>
public sealed record Softmax(int Groups) : Fused
{
    public override string Name => $"softmax({Groups})";
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && Groups > 0 && x.Columns % Groups == 0 ? x : null;
    public override Expr Definition(ImmutableArray<Expr> x) => x[0].Softmax(Groups);

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [
            Application { Operation: Pointwise<Exp>, Arguments: [Application { Arguments: [var x, _] }] },
            Application { Arguments: [Application { Operation: RepeatGroups(var size) }] },
        ],
    } ? new(new Softmax(node.Shape.Columns / size), x) : null;

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        new Application(new SoftmaxPullback(Groups, 1), result, cotangent);
}

/// <summary>The cotangent of x, given y = softmax(x·scale) and its cotangent dy: y·(dy - Σ y·dy)·scale.</summary>
public sealed record SoftmaxPullback(int Groups, double Scale) : Fused
{
    public override string Name => FormattableString.Invariant($"softmax-pullback({Groups}, {Scale})");
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x, var y] && x == y && Groups > 0 && x.Columns % Groups == 0 ? x : null;

    public override Expr Definition(ImmutableArray<Expr> x)
    {
        var (y, dy) = (x[0], x[1]);
        return y * (dy - (y * dy).SumGroups(Groups).RepeatGroups(y.Shape.Columns / Groups)) * Scale;
    }

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [
            var y,
            Application
        {
            Operation: Pairwise<Add>,
            Arguments: [var dy, Application { Arguments: [Application { Operation: RepeatGroups(var size) }, _] }],
        },
        ],
    } ? new(new SoftmaxPullback(node.Shape.Columns / size, 1), y, dy) : null;

    /// <summary>
    /// The pattern for a scale other than 1: the product of a constant and a pullback of scale 1, which <see cref="Pattern"/> has found
    /// before.
    /// </summary>
    internal static Candidate? ScaledPattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [
            Application { Operation: SoftmaxPullback { Scale: 1 } unscaled, Arguments: [var y, var dy] },
            Constant { Value: var scale },
        ],
    } ? new(unscaled with { Scale = scale }, y, dy) : null;
}

/// <summary>softmax(q·kᵀ/√d), over each position and the positions before it: <see cref="Layers.AttentionWeights"/>.</summary>
public sealed record AttentionWeights(Heads Heads, Extent Keys) : Fused
{
    public override string Name => $"attention-weights({Heads.Count} heads)";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => new Scores(Heads).Infer(arguments);
    public override Expr Definition(ImmutableArray<Expr> x) => Layers.AttentionWeights(x[0], x[1], Heads);

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Softmax,
        Arguments: [
            Application
        {
            Operation: Mask(var heads, _),
            Arguments: [Application { Arguments: [Application { Operation: Scores, Arguments: [var q, var k] }, _] }],
        },
        ],
    } ? new(new AttentionWeights(heads, k.Shape.Rows), q, k) : null;

    protected override Extent RowsOf(int k, Shape result, int rows) => k == 0 ? result.Rows : Keys;

    public override Expr Pullback(Application result, int k, Expr cotangent)
    {
        var (q, keys) = (result.Arguments[0], result.Arguments[1]);
        var scale = Math.Pow(Math.Pow(Heads.HeadDim(q.Shape.Columns), 0.5), -1);
        var scores = new Application(new SoftmaxPullback(Heads.Count, scale), result, cotangent);
        return k == 0 ? scores.Mix(keys, Heads) : scores.Spread(q, Heads, Keys);
    }
}

/// <summary>
/// Adds row i of the second argument to row indices[i] of the first: [n, c] and [positions, c] give [n, c]. If that row is 0, as in a
/// cache of keys or values, the row is appended to the rows above it.
/// </summary>
public sealed record Append(Indices Indices) : Fused
{
    public override string Name => $"append({Indices})";
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x, var y] && x.Rows.IfFixed is not null && y == x with { Rows = Extent.Positions } ? x : null;
    public override Expr Definition(ImmutableArray<Expr> x) => x[0] + x[1].ScatterAdd(Indices, x[0].Shape.Rows);

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Add>,
        Arguments: [var x, Application { Operation: ScatterAdd(var indices, _), Arguments: [var y] }],
    } ? new(new Append(indices), x, y) : null;

    protected override Extent RowsOf(int k, Shape result, int rows) => k == 0 ? result.Rows : Extent.Positions;
}

/// <summary>-log softmax(logits)[target], <see cref="Layers.CrossEntropy"/>.</summary>
public sealed record CrossEntropy(Indices Targets) : Fused
{
    public override string Name => $"cross-entropy({Targets})";
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows == Extent.Positions ? new(Extent.Positions, 1) : null;
    public override Expr Definition(ImmutableArray<Expr> x) => x[0].CrossEntropy(Targets);

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [
            Application
        {
            Operation: Pointwise<Log>,
            Arguments: [
                Application { Operation: Pick(var targets), Arguments: [Application { Operation: Softmax, Arguments: [var logits] }] },
            ],
        },
            _,
        ],
    } ? new(new CrossEntropy(targets), logits) : null;

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        new Application(new CrossEntropyPullback(Targets), result.Arguments[0], cotangent);
}

/// <summary>
/// The cotangent of logits, given the cotangent dy of their cross-entropy: (softmax(logits) - t)·dy, where t is 1 at the target, else 0.
/// </summary>
public sealed record CrossEntropyPullback(Indices Targets) : Fused
{
    public override string Name => $"cross-entropy-pullback({Targets})";
    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x, var y] && x.Rows == Extent.Positions && y == new Shape(Extent.Positions, 1) ? x : null;

    public override Expr Definition(ImmutableArray<Expr> x)
    {
        var (columns, one) = (x[0].Shape.Columns, new Constant(1, new(Extent.Positions, 1)));
        return (x[0].Softmax(groups: 1) - one.Place(Targets, columns)) * x[1].RepeatGroups(columns);
    }

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [
            Application
        {
            Operation: Pairwise<Add>,
            Arguments: [
                    Application { Operation: Softmax { Groups: 1 }, Arguments: [var logits] },
                    Application { Arguments: [Application { Operation: Place(var targets, _) }, _] },
                ],
        },
            Application { Operation: RepeatGroups, Arguments: [var dy] },
        ],
    } ? new(new CrossEntropyPullback(targets), logits, dy) : null;
}
