using System.Collections.Immutable;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>Points of the plane, each shown by its label.</summary>
internal static class Scatter
{
    private const double Width = 360, Height = 300, Margin = 14;

    /// <summary>The picture, both axes to the same scale; a line may join the points in their order.</summary>
    public static string Svg(PrincipalComponents components, ImmutableArray<string> labels, bool joined, string label)
    {
        var scale = components.Points.Max(point => Math.Max(Math.Abs(point.X) / (Width / 2 - Margin), Math.Abs(point.Y) / (Height / 2 - Margin)));
        var places = components.Points.Select(point => scale > 0
            ? (X: Width / 2 + point.X / scale, Y: Height / 2 - point.Y / scale)
            : (X: Width / 2, Y: Height / 2)).ToImmutableArray();
        return Markup.Svg(Width, Height, label,
        [
            Line("grid", 0, Height / 2, Width, Height / 2),
            Line("grid", Width / 2, 0, Width / 2, Height),
            .. joined ? (string[])[Path("thread", places)] : [],
            .. places.Select((place, i) => Word("point", place.X, place.Y + 4, labels[i])),
        ]);
    }
}
