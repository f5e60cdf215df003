using System.Collections.Immutable;
using System.Globalization;
using MicroGpt.Autograd;
using static MicroGpt.Reports.Markup;
using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>A matrix of entries from -1 to 1 as cells. The opacity is the absolute value; negative entries have another color.</summary>
internal static class HeatMap
{
    private const double Visible = 0.005; // An entry with a smaller absolute value has no cell.
    private const double Narrow = 4; // If a cell is narrower than this many pixels, the heat map has no labels.

    /// <summary>The picture, with a short label for each row and column, and a title for each cell.</summary>
    public static string Svg(Matrix<double> matrix, ImmutableArray<string> rows, ImmutableArray<string> columns, double width, string label)
    {
        const double Edge = 16, Top = 14;
        var cell = (width - Edge - 2) / columns.Length;
        var size = FormattableString.Invariant($"{Math.Min(10, cell):0.##}");
        string[] labels = cell < Narrow ? [] :
        [
            $"<g style=\"font-size: {size}px\">",
            .. columns.Select((column, j) => Label("middle", Edge + (j + 0.5) * cell, Top - 4, column)),
            .. rows.Select((row, i) => Label("end", Edge - 4, Top + (i + 0.5) * cell + 3, row)),
            "</g>",
        ];
        var cells =
            from i in Enumerable.Range(0, rows.Length)
            from j in Enumerable.Range(0, columns.Length)
            let value = matrix[i, j]
            where Math.Abs(value) >= Visible
            let title = $"{rows[i]} {columns[j]} {value.ToString("0.00", CultureInfo.InvariantCulture)}"
            select Cell(
                value > 0 ? "full" : "against", Edge + j * cell, Top + i * cell, cell, cell, Math.Min(1, Math.Abs(value)), title);
        var frame = Cell("empty", Edge, Top, cell * columns.Length, cell * rows.Length);
        return Picture(width, Top + cell * rows.Length + 2, label, [frame, .. labels, .. cells]);
    }
}
