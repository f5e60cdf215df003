using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>
/// The layers of a GPT. Each takes the rows of all positions at once, [positions, c]. All except attention compute each row of the result
/// from the same row of the argument.
/// </summary>
public static class Layers
{
    /// <summary>linear(x, w)_o = Σ_i w_oi·x_i: [r, in] by [out, in] makes [r, out].</summary>
    public static Expr Linear(this Expr x, Expr w) => x.TimesTranspose(w);

    /// <summary>The ε that <see cref="RmsNorm"/> adds to the mean of squares, so that a row of zeros has a finite scale.</summary>
    public const double RmsNormEpsilon = 1e-5;

    /// <summary>
    /// x·(mean(x²) + ε)^(-0.5): each row gets the root mean square 1, apart from the effect of ε, [r, c] to [r, c] (Zhang and
    /// Sennrich, 2019).
    /// </summary>
    public static Expr RmsNorm(this Expr x)
    {
        var meanOfSquares = (x * x).SumGroups(1) / x.Shape.Columns;
        var scale = (meanOfSquares + RmsNormEpsilon).Pow(-0.5);
        return x * scale.RepeatGroups(x.Shape.Columns);
    }

    /// <summary>
    /// Layer normalization without gain and bias: each row is shifted to the mean 0, and scaled to the variance 1, [r, c] to [r, c] (Ba et
    /// al., 2016). It is <see cref="RmsNorm"/> of the difference from the mean.
    /// </summary>
    public static Expr LayerNorm(this Expr x) => (x - (x.SumGroups(1) / x.Shape.Columns).RepeatGroups(x.Shape.Columns)).RmsNorm();

    /// <summary>A row, added to each row of x: [r, c] and [1, c] make [r, c].</summary>
    public static Expr PlusRow(this Expr x, Expr row) => x + row.RepeatRows(x.Shape.Rows);

    /// <summary>Each row of x, multiplied entry by entry by the same row: [r, c] and [1, c] make [r, c].</summary>
    public static Expr TimesRow(this Expr x, Expr row) => x * row.RepeatRows(x.Shape.Rows);

    /// <summary>
    /// eˣ / Σ eˣ within each group of columns: each group becomes probabilities. The largest x is subtracted first, so that eˣ does
    /// not overflow.
    /// </summary>
    public static Expr Softmax(this Expr x, int groups)
    {
        var size = x.Shape.Columns / groups;
        var exps = (x - x.LargestOfGroups(groups).RepeatGroups(size)).Exp();
        return exps / exps.SumGroups(groups).RepeatGroups(size);
    }

    /// <summary>
    /// The attention weights of each head at each position, over this position and the earlier ones: softmax(q·kᵀ/√d),
    /// [positions, heads·block_size] (Vaswani et al., 2017).
    /// </summary>
    public static Expr AttentionWeights(Expr q, Expr k, Heads heads)
    {
        var scores = q.Scores(k, heads) / Math.Pow(heads.HeadDim(q.Shape.Columns), 0.5);
        return scores.Mask(heads, hidden: double.NegativeInfinity).Softmax(heads.Count);
    }

    /// <summary>-log p(target) at each position, where p is the softmax of its logits: [positions, vocab_size] to [positions, 1].</summary>
    public static Expr CrossEntropy(this Expr logits, Indices targets) => -logits.Softmax(groups: 1).Pick(targets).Log();
}
