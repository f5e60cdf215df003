using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>Series over the steps of training.</summary>
internal sealed class LineChart
{
    private const int Most = 300; // stretches that are told apart

    private readonly double width, height;
    private readonly Axis steps, values;
    private readonly List<string> marks = [];

    /// <summary>An empty chart that has room for any of some series; for a small one the axis is by powers of ten.</summary>
    public LineChart(IEnumerable<Series> series, bool isSmall = false)
    {
        (width, height) = isSmall ? (180, 120) : (360, 210);
        var points = series.SelectMany(one => one.Points).ToArray();
        steps = Axis.Of(points.Select(point => point.Step), 40, width - 10);
        var numbers = points.Select(point => point.Value);
        values = isSmall ? Axis.OfLogarithms(numbers, height - 20, 8) : Axis.Of(numbers, height - 20, 8);
        foreach (var tick in values.Ticks())
        {
            marks.Add(Line("grid", steps.From, values.At(tick), steps.To, values.At(tick)));
            marks.Add(Word("end", steps.From - 4, values.At(tick) + 3, Axis.Written(tick)));
        }
        foreach (var tick in isSmall ? [steps.Largest] : steps.Ticks())
            marks.Add(Word(steps.At(tick) > width - 30 ? "end" : "middle", Math.Min(steps.At(tick), width - 2), height - 6, Axis.Written(tick)));
    }

    /// <summary>With the range of a series around each step.</summary>
    public LineChart Range(Series series)
    {
        var stretches = series.Thinned(Most);
        if (!stretches.IsEmpty)
            marks.Add(Path("range", stretches.Select(x => (steps.At(x.Step), values.At(x.Largest)))
                .Concat(stretches.Reverse().Select(x => (steps.At(x.Step), values.At(x.Least))))));
        return this;
    }

    /// <summary>With a series as a line.</summary>
    public LineChart Curve(Series series)
    {
        var stretches = series.Thinned(Most);
        if (!stretches.IsEmpty) marks.Add(Path("curve", stretches.Select(x => (steps.At(x.Step), values.At(x.Last)))));
        return this;
    }

    /// <summary>With a series as dots that a line joins.</summary>
    public LineChart Dots(Series series)
    {
        var places = series.Points.Select(point => (steps.At(point.Step), values.At(point.Value))).ToArray();
        if (places.Length > 0) marks.Add(Path("other", places));
        foreach (var ((x, y), point) in places.Zip(series.Points))
            marks.Add(FormattableString.Invariant($"<circle class=\"dot\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\"><title>step {point.Step}: {point.Value:F4}</title></circle>"));
        return this;
    }

    /// <summary>The picture.</summary>
    public string Svg(string label) => Markup.Svg(width, height, label, marks);
}
