using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Measurement;
using MicroGpt.Text;
using Spectre.Console;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Output;

/// <summary>The content of a safetensors file: its metadata or settings in lines, statistics of its tensors in tables.</summary>
internal sealed class CheckpointReport(TextWriter writer)
{
    private static readonly (string Name, Func<Statistics, double> Of)[] Columns =
        [("mean", of => of.Mean), ("deviation", of => of.Deviation), ("least", of => of.Least), ("largest", of => of.Largest)];

    private readonly IAnsiConsole console = Tables.Console(writer);

    /// <summary>Prints a checkpoint. Each table has as many statistics side by side as fit the terminal.</summary>
    public Unit Print(Checkpoint checkpoint)
    {
        foreach (var (name, text) in checkpoint.Settings)
            writer.WriteLine($"{name}: {(name == "alphabet" ? text.Quote() : text.Escape())}");
        writer.WriteLine($"steps made: {checkpoint.State.Step}");
        if (checkpoint.Best is { Step: > 0 and var step, Loss: var loss })
            writer.WriteLine(FormattableString.Invariant($"best validation loss: {loss:F4} after step {step}"));
        writer.WriteLine($"num params: {checkpoint.Configuration.ParameterCount}");
        var (table, matrices) = (checkpoint.Configuration.Table, checkpoint.State.Parameters.Matrices(x => x));
        return Print(
            [
                ["matrix", .. table.Definitions.Select(matrix => matrix.Name)],
                ["shape", .. table.Definitions.Select(matrix => $"[{matrix.Rows}, {matrix.Columns}]")],
            ],
            [.. matrices.Select(matrix => Some(matrix.Entries))]);
    }

    /// <summary>Prints the content of another program's safetensors file. A tensor without readable numbers has no statistics.</summary>
    public Unit Print(SafetensorsFile file)
    {
        foreach (var (name, text) in file.Metadata) writer.WriteLine($"{Terminal.Show(name)}: {Terminal.Show(text)}");
        writer.WriteLine($"tensors: {file.Tensors.Count}");
        return Print(
            [
                ["tensor", .. file.Tensors.Keys.Select(Terminal.Show)],
                ["type", .. file.Tensors.Values.Select(tensor => tensor.Type.DType)],
                ["shape", .. file.Tensors.Values.Select(tensor => $"[{string.Join(", ", tensor.Type.Shape)}]")],
            ],
            [.. file.Tensors.Values.Select(tensor => tensor.Numbers.Filter(numbers => !numbers.IsEmpty))]);
    }

    private Unit Print(string[][] heads, Option<ImmutableArray<double>>[] rows)
    {
        var statistics = rows.Select(numbers => numbers.Map(Statistics.Compute)).ToArray();
        string[][] numbers = [.. Columns.Select(column => (string[])
        [
            column.Name,
            .. statistics.Select(found => found.Map(row => column.Of(row).ToString("F4", CultureInfo.InvariantCulture)).IfNone("")),
        ])];
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
