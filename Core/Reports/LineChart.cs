using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>A chart of series over the steps of training: its size in pixels and its axes.</summary>
internal sealed record LineChart(double Width, double Height, Axis Steps, Axis Values)
{
    private const int MostChunks = 300; // A chart of normal size has about one chunk for each pixel of its width.

    /// <summary>A chart with room for all points of the series. In a small chart, the axis of the values is logarithmic.</summary>
    public static LineChart For(IEnumerable<Series> series, bool isSmall = false)
    {
        var (width, height) = isSmall ? (180, 120) : (360, 210);
        var points = series.SelectMany(each => each.Points).ToArray();
        var values = points.Select(point => point.Value);
        return new(
            width, height,
            Axis.Linear(points.Select(point => point.Step), 40, width - 10),
            isSmall ? Axis.Logarithmic(values, height - 20, 8) : Axis.Linear(values, height - 20, 8));
    }

    /// <summary>An area over the steps, from the smallest to the largest value in each chunk of a series.</summary>
    public IEnumerable<string> Range(Series series)
    {
        var chunks = series.Downsample(MostChunks);
        return chunks.IsEmpty ? [] :
        [
            Polyline("range", chunks.Select(chunk => Place(chunk.Step, chunk.Largest))
                .Concat(chunks.Reverse().Select(chunk => Place(chunk.Step, chunk.Least)))),
        ];
    }

    /// <summary>A series as a line.</summary>
    public IEnumerable<string> Curve(Series series)
    {
        var chunks = series.Downsample(MostChunks);
        return chunks.IsEmpty ? [] : [Polyline("curve", chunks.Select(chunk => Place(chunk.Step, chunk.Last)))];
    }

    /// <summary>A series to compare with, as a dotted line with its name.</summary>
    public IEnumerable<string> Reference(Series series)
    {
        var places = series.Points.Select(point => Place(point.Step, point.Value)).ToArray();
        return places is [.., var last]
            ? [Polyline("reference", places), Label("end", last.X, last.Y - 3, series.Name)]
            : [];
    }

    /// <summary>A series as dots, joined by a line.</summary>
    public IEnumerable<string> Dots(Series series)
    {
        var places = series.Points.Select(point => Place(point.Step, point.Value)).ToArray();
        return
        [
            .. places is [] ? (string[])[] : [Polyline("other", places)],
            .. Discs("dot", series),
        ];
    }

    /// <summary>A series as rings.</summary>
    public IEnumerable<string> Rings(Series series) => Discs("ring", series);

    /// <summary>A series of one value as a dashed line across the chart, with its name.</summary>
    public IEnumerable<string> Level(Series series) => series.Points.Take(1).SelectMany(point => (string[])
    [
        Line("level", Steps.From, Values.At(point.Value), Steps.To, Values.At(point.Value)),
        Label("end", Steps.To, Values.At(point.Value) - 3, series.Name),
    ]);

    /// <summary>The chart with axes and the marks of the series. The last marks are on top.</summary>
    public string Svg(string label, params IEnumerable<string>[] marks) =>
        Picture(Width, Height, label, [.. Grid(), .. marks.SelectMany(each => each)]);

    private IEnumerable<string> Grid() =>
    [
        .. Values.Ticks().SelectMany(tick => (string[])
        [
            Line("grid", Steps.From, Values.At(tick), Steps.To, Values.At(tick)),
            Label("end", Steps.From - 4, Values.At(tick) + 3, Axis.Format(tick)),
        ]),
        .. (Values.IsLogarithmic ? [Steps.Largest] : Steps.Ticks()).Select(tick => Label(
            Steps.At(tick) > Width - 30 ? "end" : "middle", Math.Min(Steps.At(tick), Width - 2), Height - 6, Axis.Format(tick))),
    ];

    private IEnumerable<string> Discs(string style, Series series) =>
        from point in series.Points
        let place = Place(point.Step, point.Value)
        select Disc(style, place.X, place.Y, 3, FormattableString.Invariant($"step {point.Step}: {point.Value:F4}"));

    private (double X, double Y) Place(double step, double value) => (Steps.At(step), Values.At(value));
}
