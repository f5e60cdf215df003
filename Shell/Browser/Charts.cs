using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Reports;
using MicroGpt.Training;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Browser;

/// <summary>The pictures of a run, drawn by Core's charts.</summary>
internal static class Charts
{
    /// <summary>The losses of the steps in the page, in order.</summary>
    public static Series LossesOf(Run run) => SeriesOf(run, "loss", result => result.Loss);

    /// <summary>The log of the steps in the page, as CSV.</summary>
    public static string LogOf(Run run)
    {
        var (schedule, first) = (run.Start.RunConfiguration.Schedule, run.History.First);
        var rows = run.History.Results.Select((result, i) =>
            TrainingLog.FormatRow(first + i + 1, result, schedule.RateAt(first + i), Option<MeanLosses>.None, double.NaN));
        return string.Concat(rows.Prepend(TrainingLog.FormatHeader(run.Start.Configuration)).Select(row => $"{row}\n"));
    }

    /// <summary>The losses, their running mean, and the losses of chance and of two tables that are counted on the text.</summary>
    public static string Losses(Run run)
    {
        var loss = LossesOf(run);
        Series[] levels =
        [
            LevelOf(run, "chance", run.Start.Configuration.ChanceLoss),
            LevelOf(run, "characters", run.Entropy.Single),
            LevelOf(run, "pairs", run.Entropy.Pairs),
        ];
        var chart = LineChart.For([loss, .. levels]);
        return chart.Svg(
            "Loss over the steps of training", [.. levels.SelectMany(chart.Level)], chart.Range(loss), chart.Curve(loss.Smooth()));
    }

    /// <summary>The norm of the gradient of each matrix, with its running mean.</summary>
    public static string Norms(Run run)
    {
        Series[] norms =
        [
            .. run.Start.Configuration.Table.Definitions.Select((matrix, k) =>
                SeriesOf(run, matrix.Name, result => result.GradientNorms[k])),
        ];
        var chart = LineChart.For(norms, isSmall: true);
        return SideBySide(norms.Select(norm => $"<h3>{norm.Name}</h3>\n"
            + chart.Svg($"Norm of the gradient of {norm.Name}", chart.Range(norm), chart.Curve(norm.Smooth()))));
    }

    /// <summary>
    /// The loss along one weight, and its tangent at the weight's value. A ring marks the loss at the value plus <paramref name="moved"/>.
    /// </summary>
    public static string Along(double value, double before, double slope, double moved, Func<double, double> loss, int points)
    {
        var span = Math.Max(0.5, Math.Abs(moved));
        var offsets = Enumerable.Range(0, points).Select(i => span * (2.0 * i / (points - 1) - 1)).ToImmutableArray();
        Series curve = new("loss", [.. offsets.Select(x => (value + x, loss(x)))]);
        Series tangent = new("tangent", [.. new[] { offsets[0], offsets[^1] }.Select(x => (value + x, before + slope * x))]);
        Series present = new("present", [(value + moved, loss(moved))]);
        var chart = LineChart.For([curve, tangent, present]);
        var (from, to) = (At(tangent.Points[0]), At(tangent.Points[1]));
        var (x, y) = At(present.Points[0]);
        return chart.Svg("Loss along one weight, and its tangent",
            [Line("mark", from.X, from.Y, to.X, to.Y)], chart.Curve(curve), [Disc("ring", x, y, 4, $"{present.Points[0].Value:F4}")]);

        (double X, double Y) At((double Step, double Value) point) => (chart.Steps.At(point.Step), chart.Values.At(point.Value));
    }

    // The level reaches from the first to the last step of the run, so that the curve grows within a chart that stays.
    private static Series LevelOf(Run run, string name, double loss) =>
        new(name, [(run.History.First, loss), (run.Start.RunConfiguration.Schedule.Steps, loss)]);

    private static Series SeriesOf(Run run, string name, Func<StepResult, double> value) =>
        new(name, [.. run.History.Results.Select((result, i) => (run.History.First + i + 1.0, value(result)))]);
}
