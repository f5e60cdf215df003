using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// Causal attention of queries q, keys k and values v, [positions, c] each: y = mix(<see cref="Layers.AttentionWeights"/>, v). The results
/// are y, [positions, c], and log Σ eˢ over the scores s that each position sees, [positions, heads].
/// </summary>
/// <remarks>
/// The kernel computes the scores tile by tile, by online softmax (Milakov and Gimelshein, 2018), as in FlashAttention (Dao et al., 2022).
/// No matrix [positions, heads·block_size] is in memory.
/// </remarks>
public sealed record Attention(Heads Heads) : FusedFamily
{
    /// <summary>The least block size whose attention is computed tile by tile. Shorter blocks gain nothing by tiles.</summary>
    public const int LeastBlockSize = 64;

    /// <summary>The index of the result log Σ eˢ.</summary>
    public const int LogSumExp = 1;

    public override string Name => $"attention{(Result == LogSumExp ? "-log-sum-exp" : "")}({Heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var q, var k, var v] && q == k && q == v && q.Rows == Extent.Positions && q.Columns % Heads.Count == 0
            ? q with { Columns = Result == LogSumExp ? Heads.Count : q.Columns } : null;

    public override ImmutableArray<Expr> Definitions(ImmutableArray<Expr> x)
    {
        var scores = MaskedScores(x[0], x[1], Heads);
        var largest = scores.LargestOfGroups(Heads.Count);
        var sum = (scores - largest.RepeatGroups(Heads.BlockSize)).Exp().SumGroups(Heads.Count);
        return [Layers.AttentionWeights(x[0], x[1], Heads).Mix(x[2], Heads), sum.Log() + largest];
    }

    /// <summary>q·kᵀ/√d, and -∞ for the keys that a position does not see.</summary>
    internal static Expr MaskedScores(Expr q, Expr k, Heads heads) =>
        (q.Scores(k, heads) / Math.Pow(heads.HeadDim(q.Shape.Columns), 0.5)).Mask(heads, hidden: double.NegativeInfinity);

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Mix(var heads),
        Arguments: [Application { Operation: AttentionWeights, Arguments: [var q, var k] }, var v],
    } && heads.BlockSize >= LeastBlockSize ? new(new Attention(heads), q, k, v) : null;

    public override Expr Pullback(Application result, int k, Expr cotangent) => Result == LogSumExp
        ? base.Pullback(result, k, cotangent)
        : new Application(new AttentionPullback(Heads) { Result = k }, [
            .. result.Arguments, result, new Application(this with { Result = LogSumExp }, result.Arguments), cotangent]);
}

/// <summary>
/// The cotangents of q, k and v, given both results of <see cref="Attention"/>, y and log Σ eˢ, and the cotangent dy of y. The arguments
/// are q, k, v, y, log Σ eˢ and dy. The weights are e to the power of s - log Σ eˢ.
/// </summary>
public sealed record AttentionPullback(Heads Heads) : FusedFamily
{
    public override string Name => $"attention-pullback{(Result == 0 ? "" : Result == 1 ? "-k" : "-v")}({Heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var q, var k, var v, var y, var logSumExp, var dy] && new Attention(Heads).Infer([q, k, v]) is not null
            && y == q && dy == q && logSumExp == q with { Columns = Heads.Count } ? q : null;

    public override ImmutableArray<Expr> Definitions(ImmutableArray<Expr> x)
    {
        var (q, k, v, y, logSumExp, dy) = (x[0], x[1], x[2], x[3], x[4], x[5]);
        var weights = (Attention.MaskedScores(q, k, Heads) - logSumExp.RepeatGroups(Heads.BlockSize)).Exp();
        var centered = dy.Scores(v, Heads) - (y * dy).SumGroups(Heads.Count).RepeatGroups(Heads.BlockSize);
        var scores = weights * centered / Math.Pow(Heads.HeadDim(q.Shape.Columns), 0.5);
        return [scores.Mix(k, Heads), scores.Spread(q, Heads, k.Shape.Rows), weights.Spread(dy, Heads, v.Shape.Rows)];
    }
}
