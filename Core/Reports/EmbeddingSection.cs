using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using static System.FormattableString;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>The report's section about embeddings: <c>wte</c> has a row for each token, and <c>wpe</c> a row for each position.</summary>
internal static class EmbeddingSection
{
    // The heat map shows at most this many tokens.
    private const int MostTokens = 64;

    /// <summary>The HTML of three figures: the tokens in a plane, the positions in a plane, and the similarity of the tokens.</summary>
    public static string Html(Checkpoint model)
    {
        var matrices = model.State.Parameters.Matrices(x => x);
        ImmutableArray<string> tokens = [.. Enumerable.Range(0, model.Configuration.VocabSize).Select(model.Tokenizer.Glyph)];
        ImmutableArray<string> positions = [.. Enumerable.Range(0, model.Configuration.BlockSize).Select(i => $"{i}")];
        var (wte, wpe) = (PrincipalComponents.Compute(matrices[0]), PrincipalComponents.Compute(matrices[1]));
        return $"<div class=\"figures\">\n{Tokens(wte, tokens)}{Positions(wpe, positions)}{Similarities(matrices[0], wte, tokens)}</div>\n";
    }

    private static string Tokens(PrincipalComponents wte, ImmutableArray<string> labels) => Figure("Characters in the plane",
        $"Each row of <code>wte</code>, in the plane in which they differ most. {Variance(wte)} Look for groups: characters that may stand "
        + "for one another, such as vowels, come to lie together, though nobody told the model what a vowel is. ■ is BOS, the token at "
        + "both ends of a name.",
        Scatter.Svg(wte, labels, joined: false, "Token embeddings in two dimensions"));

    private static string Positions(PrincipalComponents wpe, ImmutableArray<string> labels) => Figure("Positions in the plane",
        $"Each row of <code>wpe</code>, joined in their order. {Variance(wpe)} Look for a path: neighbors that lie side by side mean that "
        + "the model knows near from far; the last positions, which few names reach, stay in a heap, as they were drawn.",
        Scatter.Svg(wpe, labels, joined: true, "Position embeddings in two dimensions"));

    private static string Similarities(Matrix<double> wte, PrincipalComponents components, ImmutableArray<string> labels)
    {
        var shown = Enumerable.Range(0, Math.Min(labels.Length, MostTokens));
        ImmutableArray<int> order = [.. shown.OrderBy(token => components.Points[token].X)];
        var cosines = Similarity.Cosines(wte);
        ImmutableArray<string> ordered = [.. order.Select(token => labels[token])];
        var only = labels.Length > MostTokens ? $" Shown are the first {MostTokens} of {labels.Length} tokens." : "";
        return Figure("Which characters are alike",
            "The cosine of the angle between two rows of <code>wte</code>: blue is alike, orange opposed, blank unrelated. The characters "
            + "stand in the order of the first axis of their plane. Look for blue squares along the diagonal: groups that the model treats "
            + $"alike.{only}",
            HeatMap.Svg(
                Matrix<double>.Of(order.Length, order.Length, (i, j) => cosines[order[i], order[j]]), ordered, ordered, 360,
                "Cosine similarity of characters"));
    }

    private static string Variance(PrincipalComponents components)
    {
        var (x, y) = (100 * components.ExplainedVariance.X, 100 * components.ExplainedVariance.Y);
        var sum = 100 * (components.ExplainedVariance.X + components.ExplainedVariance.Y);
        return Invariant($"It holds {sum:F0}% of the variance, {x:F0}% from left to right and {y:F0}% upwards; the rest is out of sight.");
    }
}
