using System.Collections.Immutable;
using System.Globalization;
using MicroGpt.Autograd;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>A matrix of entries from -1 to 1 as cells. The opacity is the size of the entry; negative entries have another color.</summary>
internal static class HeatMap
{
    private const double Visible = 0.005;

    /// <summary>The picture, with a short label for each row and column, and a title for each cell.</summary>
    public static string Svg(Matrix<double> matrix, ImmutableArray<string> rows, ImmutableArray<string> columns, double width, string label)
    {
        const double Edge = 16, Top = 14;
        var cell = (width - Edge - 2) / columns.Length;
        var (size, narrow) = (FormattableString.Invariant($"{Math.Min(10, cell):0.##}"), cell < 4);
        List<string> marks = [Cell("empty", Edge, Top, cell * columns.Length, cell * rows.Length)];
        if (!narrow)
        {
            marks.Add($"<g style=\"font-size: {size}px\">");
            for (var j = 0; j < columns.Length; j++) marks.Add(Label("middle", Edge + (j + 0.5) * cell, Top - 4, columns[j]));
            for (var i = 0; i < rows.Length; i++) marks.Add(Label("end", Edge - 4, Top + (i + 0.5) * cell + 3, rows[i]));
            marks.Add("</g>");
        }
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < columns.Length; j++)
            {
                var value = matrix[i, j];
                if (Math.Abs(value) < Visible) continue;
                var title = $"{rows[i]} {columns[j]} {value.ToString("0.00", CultureInfo.InvariantCulture)}";
                marks.Add(Cell(
                    value > 0 ? "full" : "against", Edge + j * cell, Top + i * cell, cell, cell, Math.Min(1, Math.Abs(value)), title));
            }
        return Picture(width, Top + cell * rows.Length + 2, label, marks);
    }
}
