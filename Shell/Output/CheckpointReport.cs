using System.Globalization;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Text;
using Spectre.Console;

namespace MicroGpt.Shell.Output;

/// <summary>What a checkpoint holds, in lines and a table.</summary>
internal sealed class CheckpointReport(TextWriter writer)
{
    private const int Wide = 64;

    private static readonly (string Name, Func<Statistics, double> Of)[] Columns =
        [("mean", of => of.Mean), ("deviation", of => of.Deviation), ("least", of => of.Least), ("largest", of => of.Largest)];

    private readonly IAnsiConsole console = Tables.Console(writer);

    /// <summary>All of it, the statistics side by side or, in a narrow terminal, two at a time.</summary>
    public void Of(Checkpoint checkpoint)
    {
        foreach (var (name, text) in checkpoint.Terms)
            writer.WriteLine($"{name}: {(name == "alphabet" ? text.Quote() : text)}");
        writer.WriteLine($"steps made: {checkpoint.State.Step}");
        writer.WriteLine($"num params: {checkpoint.Configuration.ParameterCount}");
        foreach (var columns in console.Profile.Width >= Wide ? [Columns] : Columns.Chunk(2))
        {
            writer.WriteLine();
            console.Write(TableOf(checkpoint, columns));
        }
    }

    private static Table TableOf(Checkpoint checkpoint, (string Name, Func<Statistics, double> Of)[] columns)
    {
        var table = Tables.Plain().AddColumns(Tables.Column("matrix"), Tables.Column("shape").RightAligned());
        foreach (var (name, _) in columns) table.AddColumn(Tables.Column(name).RightAligned());
        foreach (var (shape, matrix) in checkpoint.Configuration.ParameterShapes.Zip(checkpoint.State.Parameters.Matrices(x => x)))
        {
            var statistics = Statistics.Of(matrix.Entries);
            var numbers = columns.Select(column => column.Of(statistics).ToString("F4", CultureInfo.InvariantCulture));
            table.AddRow([shape.Name, Markup.Escape($"[{shape.Rows}, {shape.Columns}]"), .. numbers]);
        }
        return table;
    }
}
