using MicroGpt.Reports;
using static System.FormattableString;
using static System.Globalization.CultureInfo;

namespace MicroGpt.Benchmarks;

/// <summary>The runs of race.sh, as a page of charts: the ratio of our time to that of C, for each row of the race.</summary>
internal static class History
{
    /// <summary>The page as HTML, of the lines that race.sh appends to a file. The last field but one is the ratio.</summary>
    public static string Html(IEnumerable<string> lines)
    {
        var runs = lines.Select(line => line.Split(',')).Where(fields => fields.Length > 10).ToArray();
        var charts = runs.GroupBy(fields => $"n_embd {fields[3]}, n_layer {fields[4]}, batch {fields[5]}, {fields[6]}").Select(Figure);
        var machines = string.Join(", ", runs.Select(fields => fields[2]).Distinct());
        return Page.Html(
            "The race against C, run by run",
            $"Our time of a training step, divided by that of yardstick.c: below 1, ours is faster. Machines: {machines}.",
            [("race", "Ratios", $"<div class=\"figures\">{string.Concat(charts)}</div>")]);
    }

    private static string Figure(IGrouping<string, string[]> row)
    {
        var ratios = new Series("ratio", [.. row.Select((fields, run) => (run + 1.0, double.Parse(fields[^2], InvariantCulture)))]);
        var (first, last) = (row.First(), row.Last());
        var caption = Invariant($"{row.Key}: {first[^2]} on {first[0]} ({first[1]}), {last[^2]} on {last[0]} ({last[1]})");
        var chart = LineChart.For([ratios]);
        return $"<figure>{chart.Svg(row.Key, chart.Dots(ratios))}<figcaption>{caption}</figcaption></figure>\n";
    }
}
