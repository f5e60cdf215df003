using System.Collections.Immutable;
using System.Globalization;
using MicroGpt.Text;
using MicroGpt.Training;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>The report's section about the gradient check.</summary>
internal static class GradientSection
{
    /// <summary>The HTML of a table with a row for each matrix.</summary>
    public static string Html(string text, ImmutableArray<MatrixCheck> checks) =>
        Table(["matrix", "size", "complex step", "forward mode", "finite differences", ""], checks.Select(check => (string[])
        [
            check.Definition.Name, $"{check.Definition.Count}",
            Error(check.ComplexStep), Error(check.ForwardMode), Error(check.FiniteDifferences),
            check.Holds ? "ok" : "<strong>off</strong>",
        ]))
        + $"<p>The gradient of the loss of {Escaped(text.Quote())}, compared with three independent oracles: the largest relative error, "
        + $"in each matrix, of {GradientCheck.Sample} entries and of a random direction that moves all of them. Look for numbers near "
        + "1e-16 in the first two columns, which is rounding. Finite differences cannot do as well: a large step meets the curvature of "
        + $"the function, a small one rounding. The gradient is {(checks.All(check => check.Holds) ? "right" : "off")}.</p>\n";

    private static string Error(Deviation deviation) =>
        deviation.Relative.ToString(deviation.Relative == 0 ? "0" : "0e-00", CultureInfo.InvariantCulture);
}
