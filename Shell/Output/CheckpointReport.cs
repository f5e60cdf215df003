using System.Globalization;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Measurement;
using MicroGpt.Text;
using Spectre.Console;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Output;

/// <summary>The content of a checkpoint: its settings in lines, statistics of its matrices in tables.</summary>
internal sealed class CheckpointReport(TextWriter writer)
{
    private static readonly (string Name, Func<Statistics, double> Of)[] Columns =
        [("mean", of => of.Mean), ("deviation", of => of.Deviation), ("least", of => of.Least), ("largest", of => of.Largest)];

    private readonly IAnsiConsole console = Tables.Console(writer);

    /// <summary>Prints a checkpoint. Each table has as many statistics side by side as fit the terminal.</summary>
    public Unit Print(Checkpoint checkpoint)
    {
        foreach (var (name, text) in checkpoint.Settings)
            writer.WriteLine($"{name}: {(name == "alphabet" ? text.Quote() : Terminal.Show(text))}");
        writer.WriteLine($"steps made: {checkpoint.State.Step}");
        if (checkpoint.Best is { Step: > 0 and var step, Loss: var loss })
            writer.WriteLine(FormattableString.Invariant($"best validation loss: {loss:F4} after step {step}"));
        writer.WriteLine($"num params: {checkpoint.Configuration.ParameterCount}");
        var (table, matrices) = (checkpoint.Configuration.Table, checkpoint.State.Parameters.Matrices(x => x));
        var statistics = matrices.Select(matrix => Statistics.Compute(matrix.Entries)).ToArray();
        string[][] heads =
        [
            ["matrix", .. table.Definitions.Select(matrix => matrix.Name)],
            ["shape", .. table.Definitions.Select(matrix => $"[{matrix.Rows}, {matrix.Columns}]")],
        ];
        string[][] numbers = [.. Columns.Select(column =>
            (string[])[column.Name, .. statistics.Select(found => column.Of(found).ToString("F4", CultureInfo.InvariantCulture))])];
        var room = console.Profile.Width - heads.Sum(Width);
        foreach (var columns in numbers.Chunk(Math.Max(1, room / numbers.Max(Width))))
        {
            writer.WriteLine();
            console.Write(TableOf([.. heads, .. columns]));
        }
        return unit;
    }

    private static int Width(string[] column) => column.Max(cell => cell.Length) + 1;

    private static Table TableOf(string[][] columns)
    {
        var table = Tables.Plain();
        foreach (var (column, i) in columns.Select((column, i) => (column, i)))
            table.AddColumn(i == 0 ? Tables.Column(column[0]) : Tables.Column(column[0]).RightAligned());
        for (var row = 1; row < columns[0].Length; row++) table.AddRow([.. columns.Select(column => Markup.Escape(column[row]))]);
        return table;
    }
}
