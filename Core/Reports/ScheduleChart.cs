using System.Globalization;
using MicroGpt.Training;
using static System.FormattableString;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>The learning rate over the steps of a schedule, as a picture.</summary>
public static class ScheduleChart
{
    private const int Width = 640, Height = 260; // pixels
    private const int MostPoints = 300; // about one for every other pixel of the width
    private const int Rows = 12, Margin = 11; // characters
    private const string Blocks = " ▁▂▃▄▅▆▇█"; // by eighths of a row

    private const string Style =
        """
        <style>
        svg { background: #ffffff } text { font: 11px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
        .start { text-anchor: start } .middle { text-anchor: middle } .end { text-anchor: end }
        .grid { stroke: #d8dee4; stroke-width: 0.8 } .curve { fill: none; stroke: #0969da; stroke-width: 1.6 }
        @media (prefers-color-scheme: dark) {
          svg { background: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } .curve { stroke: #4493f8 }
        }
        </style>
        """;

    /// <summary>The picture as SVG, for light and dark backgrounds.</summary>
    public static string Svg(TrainingSchedule schedule)
    {
        var chart = new LineChart(
            Width, Height, Axis.Linear([1, schedule.Steps], 60, Width - 20),
            Axis.Linear([0, schedule.LearningRate], Height - 24, 36));
        var steps = Enumerable.Range(0, MostPoints).Select(i => (int)(i * (schedule.Steps - 1L) / (MostPoints - 1)))
            .Append(schedule.Warmup).Distinct().Order();
        var title = Escaped(Title(schedule));
        return chart.Svg(
            title, [Style, Label("start", 12, 20, title)],
            chart.Curve(new("rate", [.. steps.Select(step => (step + 1.0, schedule.RateAt(step)))])));
    }

    /// <summary>
    /// The picture in lines of at most <paramref name="width"/> characters, a bar for each column, with some of the rates below. It has ten
    /// columns at least. The first step is 1.
    /// </summary>
    public static string Text(TrainingSchedule schedule, int width)
    {
        var columns = Math.Max(10, width - Margin);
        var heights = Enumerable.Range(0, columns).Select(column => (int)((long)column * schedule.Steps / columns))
            .Select(step => (int)Math.Round(schedule.RateAt(step) / schedule.LearningRate * Rows * (Blocks.Length - 1))).ToArray();
        var last = Invariant($"{schedule.Steps}");
        string[] lines =
        [
            $"{Title(schedule)}:",
            "",
            .. Enumerable.Range(0, Rows).Select(row => Bars(row == 0 ? Format(schedule.LearningRate) : "", heights, Rows - 1 - row)),
            $"{"0",9} └{new string('─', columns)}",
            $"{"",11}1{last.PadLeft(columns - 1)}",
            "",
            .. from step in Told(schedule) select Invariant($"  step {step + 1,9}  learning rate {Format(schedule.RateAt(step))}"),
        ];
        return string.Join('\n', lines);
    }

    private static string Title(TrainingSchedule schedule) =>
        Invariant($"The learning rate over {schedule.Steps} {(schedule.Steps == 1 ? "step" : "steps")}, ")
        + schedule.Shape.ToString().ToLowerInvariant()
        + (schedule.Warmup == 0 ? "" : Invariant($" after a warmup of {schedule.Warmup}"));

    // The bars of all columns in a row of characters. Rows are counted from the bottom.
    private static string Bars(string label, int[] heights, int row) => $"{label,9} │" + string.Concat(heights.Select(height =>
        Blocks[Math.Clamp(height - row * (Blocks.Length - 1), 0, Blocks.Length - 1)])).TrimEnd();

    // The first step, the first after the warmup, the one in the middle between it and the end, and the last.
    private static IEnumerable<int> Told(TrainingSchedule schedule) =>
        new[] { 0, schedule.Warmup, schedule.Warmup + (schedule.Steps - schedule.Warmup) / 2, schedule.Steps - 1 }.Distinct();

    private static string Format(double rate) => rate.ToString("G3", CultureInfo.InvariantCulture);
}
