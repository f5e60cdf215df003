using System.Collections.Immutable;
using LanguageExt;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>The report's section about training: the loss, the learning rate and the norms of the gradient.</summary>
internal static class TrainingSection
{
    /// <summary>
    /// The section as HTML. Without a log, the section says how to write one. The losses to compare with, by name, are lines in the chart,
    /// and so are those that were published, by step.
    /// </summary>
    public static string Html(
        Option<TrainingLog> log, ImmutableArray<(string Name, double Loss)> references, ImmutableArray<(int Step, double Loss)> published,
        bool isRunningText) => log.Match(
        Some: found => $"<div class=\"figures\">\n{Loss(found, references, published, isRunningText)}{Rate(found)}{Norms(found)}</div>\n",
        None: () => "<p>There is no log to draw: train with <code>--log log.csv</code>, and name it here with <code>--log</code>, "
            + "too.</p>\n");

    private static string Loss(
        TrainingLog log, ImmutableArray<(string Name, double Loss)> references, ImmutableArray<(int Step, double Loss)> published,
        bool isRunningText)
    {
        var (loss, perToken) = (log[TrainingLog.Loss], log[TrainingLog.ValidationLoss]);
        // All windows of running text have the same length, so their mean per document is that per token.
        var perDocument = log[isRunningText ? "" : TrainingLog.ValidationLossPerDocument];
        var last = loss.Points.IsEmpty ? 0 : loss.Points[^1].Step;
        var original = new Series("original", [.. published.Where(point => point.Step <= last).Select(p => ((double)p.Step, p.Loss))]);
        Series[] levels =
        [
            .. from first in loss.Points.Take(1)
               from reference in references
               select new Series(reference.Name, [(first.Step, reference.Loss)]),
        ];
        var chart = LineChart.For([loss, perToken, perDocument, original, .. levels]);
        var heldOut = perToken.Points.IsEmpty
            ? "No documents were held out; with <code>--validation 0.1</code> their loss would stand beside it."
            : $"Dots are the loss per token of {(isRunningText ? "the end of the text, which was" : "documents that were")} held out"
              + (isRunningText ? "" : ", rings their loss per document, which is what the line shows of the others")
              + ": if they rise while the line falls, the model learns by heart.";
        return Figure("Loss",
            "Look for a line that falls quickly, then slowly. Pale is the range of the losses of single steps, the line their running "
            + $"mean; a step's loss jumps, as {(isRunningText ? "windows" : "names")} are not equally hard. "
            + $"{heldOut}{(levels is [] ? "" : Levels)}{(original.Points.IsEmpty ? "" : Original)}",
            chart.Svg("Loss over the steps of training", [.. levels.SelectMany(chart.Level)], chart.Range(loss),
                chart.Reference(original), chart.Curve(loss.Smooth()), chart.Rings(perDocument), chart.Dots(perToken)));
    }

    private const string Levels =
        " Dashed lines are the losses of chance and of two tables that are counted on the data, of single characters and of pairs: below "
        + "the last, the model has learned more than which character follows which.";

    private const string Original =
        " The dotted line is the running mean of the losses that the original's author published: 1,000 steps of one name, 4,192 "
        + "parameters.";

    private static string Rate(TrainingLog log)
    {
        var rate = log[TrainingLog.LearningRate];
        var chart = LineChart.For([rate]);
        return Figure("Learning rate",
            "Look for large steps first, to get near, then ever smaller ones, to settle: by default, a straight line down to 0. A warmup "
            + "rises before it falls.",
            chart.Svg("Learning rate over the steps of training", chart.Curve(rate)));
    }

    private static string Norms(TrainingLog log)
    {
        var norms = log.GradientNorms.ToArray();
        if (norms.Length == 0) return "";
        var chart = LineChart.For(norms, isSmall: true);
        var only = norms.Length > 1 ? "" : " This log tells only that of all matrices together.";
        return $"<div class=\"wide\">{Figure("Size of the gradient",
            "How strongly each matrix is pulled: the norm of its gradient, on one logarithmic scale, range and running mean as above. "
            + "Look for lines that stay level: one that shoots up tells of a learning rate that is too high, one near 0 of a matrix that "
            + $"learns nothing.{only}",
            SideBySide(norms.Select(norm => $"<h4>{Escaped(norm.Name)}</h4>\n"
                + chart.Svg($"Norm of the gradient: {Escaped(norm.Name)}", chart.Range(norm), chart.Curve(norm.Smooth())))))}</div>\n";
    }
}
