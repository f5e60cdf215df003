using System.Collections.Immutable;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>A scatter plot whose points are labels.</summary>
internal static class Scatter
{
    private const double Width = 360, Height = 300, Margin = 14, Near = 14;
    private const int Rounds = 50;

    /// <summary>
    /// The picture, with both axes to the same scale. If <paramref name="joined"/>, a line joins the points in their order. If there is
    /// room for all labels, points that are too near each other move apart.
    /// </summary>
    public static string Svg(PrincipalComponents components, ImmutableArray<string> labels, bool joined, string label)
    {
        var scale = components.Points.Max(point =>
            Math.Max(Math.Abs(point.X) / (Width / 2 - Margin), Math.Abs(point.Y) / (Height / 2 - Margin)));
        var places = components.Points.Select(point => scale > 0
            ? (X: Width / 2 + point.X / scale, Y: Height / 2 - point.Y / scale)
            : (X: Width / 2, Y: Height / 2)).ToArray();
        if (places.Length * Near * Near < Width * Height / 4) MoveApart(places);
        return Picture(Width, Height, label,
        [
            Line("grid", 0, Height / 2, Width, Height / 2),
            Line("grid", Width / 2, 0, Width / 2, Height),
            .. joined ? (string[])[Polyline("thread", places)] : [],
            .. places.Select((place, i) => Label("point", place.X, place.Y + 4, labels[i])),
        ]);
    }

    // If two points are too near each other, both move apart by half of the missing distance. They may come too near other points.
    // The next passes over all pairs then move these points apart.
    private static void MoveApart((double X, double Y)[] places)
    {
        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < places.Length; i++)
                for (var j = 0; j < i; j++) (places[i], places[j]) = Apart(places[i], places[j], i);

        static ((double X, double Y), (double X, double Y)) Apart((double X, double Y) p, (double X, double Y) q, double angle)
        {
            var (x, y) = (p.X - q.X, p.Y - q.Y);
            var distance = Math.Sqrt(x * x + y * y);
            var half = Math.Max(0, Near - distance) / 2;
            var (dx, dy) = distance > 0 ? (half * x / distance, half * y / distance) : (half * Math.Cos(angle), half * Math.Sin(angle));
            return (Within(p.X + dx, p.Y + dy), Within(q.X - dx, q.Y - dy));
        }

        static (double, double) Within(double x, double y) =>
            (Math.Clamp(x, Margin, Width - Margin), Math.Clamp(y, Margin, Height - Margin));
    }
}
