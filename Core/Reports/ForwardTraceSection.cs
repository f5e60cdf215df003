using System.Collections.Immutable;
using MicroGpt.Text;
using static System.FormattableString;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>The report's section about a text: the model's losses, predictions and attention at each character.</summary>
internal static class ForwardTraceSection
{
    private const int Likeliest = 6;

    /// <summary>The section as HTML: the difficulty of the text, then the figures of losses, next characters and attention.</summary>
    public static string Html(string text, ForwardTrace trace, Tokenizer tokenizer)
    {
        ImmutableArray<string> seen = [.. trace.Tokens.Select(tokenizer.Glyph)];
        var (choices, likelihood) = (trace.Score.Choices, trace.Score.Likelihood);
        var targets = choices.Select(choice => tokenizer.Glyph(choice.Token)).ToImmutableArray();
        var (bits, perplexity) = (likelihood.BitsPerCharacter, likelihood.Perplexity);
        var difficulty = Invariant($"{bits:F2} bits a character, as hard as a choice among {perplexity:F1}.");
        var isWhole = text.CodePoints().Count() < seen.Length;
        var cut = isWhole ? "" : $" The model sees {seen.Length} positions; the rest of the text was left out.";
        return $"<h3 class=\"text\">{Escaped(text.Quote())}</h3>\n<p>{difficulty}{cut}</p>\n"
            + $"<div class=\"figures\">\n{Losses(trace, targets)}</div>\n{Next(trace, seen, tokenizer)}{Attention(trace, seen)}";
    }

    private static string Losses(ForwardTrace trace, ImmutableArray<string> targets)
    {
        var choices = trace.Score.Choices;
        var count = choices[0].Probabilities.Length;
        var uniform = Math.Log(count);
        return Figure("Loss of each character",
            "The loss is -log of the probability that the character was given. Look for the tall bars: they are what surprised the model. "
            + Invariant($"The line is log {count} = {uniform:F2}, the loss of someone who knows nothing; the last bar, ■, is the end."),
            BarChart.Losses(
                [.. targets.Zip(choices, (target, choice) => (target, -Math.Log(choice.Probability)))], uniform, "Loss of each character"));
    }

    private static string Next(ForwardTrace trace, ImmutableArray<string> seen, Tokenizer tokenizer) => Figure("What comes next",
        "At each position, the likeliest next characters after what was read so far; orange is the one that came, put last where it was "
        + "not among them. Look for long orange bars, where the model knew what was to come, and look at what else it held "
        + "possible.",
        SideBySide(trace.Score.Choices.Select((choice, i) =>
        {
            var tokens = Enumerable.Range(0, choice.Probabilities.Length);
            var likeliest = tokens.OrderByDescending(token => choice.Probabilities[token]).Take(Likeliest).ToArray();
            int[] shown = likeliest.Contains(choice.Token) ? likeliest : [.. likeliest[..^1], choice.Token];
            var past = string.Concat(seen.Take(i + 1));
            return $"<h4>{past}</h4>\n" + BarChart.Probabilities(
                [.. shown.Select(token => (tokenizer.Glyph(token), choice.Probabilities[token], token == choice.Token))],
                $"What comes after {past}");
        })));

    private static string Attention(ForwardTrace trace, ImmutableArray<string> seen) => Figure("Attention",
        "A row is a position that looks back, a column one that it looks at; the fuller the square, the more it takes from there, and "
        + "each row adds up to 1. Look for columns (a head that always looks at one place, such as the beginning), for the diagonal (at "
        + "itself), and for the line beside it (at the character before).",
        SideBySide(trace.Heads.Select(head => $"<h4>layer {head.Layer}, head {head.Head}</h4>\n"
            + HeatMap.Svg(head.Weights, seen, seen, 180, $"Attention of layer {head.Layer}, head {head.Head}"))));
}
