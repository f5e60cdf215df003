using System.Collections.Immutable;
using static System.FormattableString;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>Bar charts of probabilities and of losses.</summary>
internal static class BarChart
{
    /// <summary>A horizontal bar for each probability, with a label on the left. The actual next token's bar has another color.</summary>
    public static string Probabilities(ImmutableArray<(string Label, double Probability, bool IsTarget)> bars, string label)
    {
        const double Width = 180, Height = 15, Left = 20, Longest = 112;
        return Picture(Width, Height * bars.Length + 2, label, bars.SelectMany((bar, i) => (string[])
        [
            Label("end", Left - 5, Height * i + 11, bar.Label),
            Cell(bar.IsTarget ? "target" : "full", Left, Height * i + 2, Math.Max(1, bar.Probability * Longest), Height - 4, 0.8,
                Percent(bar.Probability)),
            Label("start", Left + bar.Probability * Longest + 5, Height * i + 11, Percent(bar.Probability)),
        ]));
    }

    /// <summary>A vertical bar for each loss, with a label below. A line marks the loss of a uniform guess.</summary>
    public static string Losses(ImmutableArray<(string Label, double Loss)> bars, double uniform, string label)
    {
        const double Width = 360, Height = 170, Left = 30, Foot = 20;
        var losses = Axis.Linear([0, uniform, .. bars.Select(bar => bar.Loss)], Height - Foot, 8);
        var step = (Width - Left - 6) / bars.Length;
        var ticks = losses.Ticks().SelectMany(tick => (string[])
        [
            Line("grid", Left, losses.At(tick), Width - 6, losses.At(tick)),
            Label("end", Left - 4, losses.At(tick) + 3, Axis.Format(tick)),
        ]);
        var columns = bars.SelectMany((bar, i) => (string[])
        [
            Cell("full", Left + (i + 0.15) * step, losses.At(bar.Loss), 0.7 * step, Math.Max(0.5, Height - Foot - losses.At(bar.Loss)), 0.8,
                Invariant($"{bar.Loss:F3}")),
            .. step < 5 ? (string[])[] : [Label("middle", Left + (i + 0.5) * step, Height - 6, bar.Label)],
        ]);
        var mark = Line("mark", Left, losses.At(uniform), Width - 6, losses.At(uniform));
        return Picture(Width, Height, label, [.. ticks, .. columns, mark]);
    }

    private static string Percent(double probability) => Invariant($"{100 * probability:F1}%");
}
