using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Training;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Reports;

/// <summary>The log of a training run: a CSV file with a row for each step. Each column is read as a series.</summary>
public sealed record TrainingLog(ImmutableArray<Series> Series)
{
    /// <summary>The number of the step, from 1.</summary>
    public const string Step = "step";

    /// <summary>The loss of the step's batch.</summary>
    public const string Loss = "loss";

    /// <summary>The learning rate of the step.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>The norm of the whole gradient. Column <c>gradient_norm.wte</c> is the norm of the gradient of wte, and so on.</summary>
    public const string GradientNorm = "gradient_norm";

    /// <summary>The loss of the held-out documents, the mean per token. In most rows, this column is empty.</summary>
    public const string ValidationLoss = "validation_loss";

    /// <summary>The loss of the held-out documents, the mean per document. In most rows, this column is empty.</summary>
    public const string ValidationLossPerDocument = "validation_loss_per_document";

    /// <summary>The speed of training. Only this column differs between two runs with the same options.</summary>
    public const string DocumentsPerSecond = "documents_per_second";

    /// <summary>The UTF-8 byte order mark with which some editors begin a file, a character for each byte.</summary>
    internal const string ByteOrderMark = "\u00EF\u00BB\u00BF";

    private static readonly ImmutableArray<string> Required = [Step, Loss, LearningRate];

    /// <summary>The columns in order, as a list for a help text.</summary>
    public static string ColumnSummary { get; } = string.Join(", ", ColumnsAround([$"the {GradientNorm} of each matrix"]));

    /// <summary>The columns in order, for a model with these matrices.</summary>
    public static ImmutableArray<string> Columns(IEnumerable<string> matrices) => ColumnsAround(matrices.Select(ColumnOf));

    /// <summary>The column of the norm of a matrix's gradient.</summary>
    internal static string ColumnOf(string matrix) => $"{GradientNorm}.{matrix}";

    private static ImmutableArray<string> ColumnsAround(IEnumerable<string> ofMatrices) =>
        [Step, Loss, LearningRate, GradientNorm, ValidationLoss, ValidationLossPerDocument, .. ofMatrices, DocumentsPerSecond];

    /// <summary>The first line of the log of a model with these sizes, without a line end.</summary>
    public static string FormatHeader(Configuration configuration) =>
        string.Join(',', Columns(configuration.Table.Definitions.Select(matrix => matrix.Name)));

    /// <summary>
    /// The row of a step, without a line end, its cells in the order of <see cref="Columns"/>. The first step is 1. Each number reads back
    /// as the same number, except the speed, which is rounded.
    /// </summary>
    public static string FormatRow(
        int step, StepResult result, double learningRate, Option<MeanLosses> validation, double documentsPerSecond) =>
        Invariant($"{step},{result.Loss:R},{learningRate:R},{result.GradientNorm:R},")
        + Invariant($"{validation.Match(Some: loss => Invariant($"{loss.PerToken:R},{loss.PerDocument:R}"), None: () => ",")},")
        + Invariant($"{string.Join(',', result.GradientNorms.Select(Format))},{documentsPerSecond:F0}");

    /// <summary>The series of a column. If the log has no such column, the series has no points.</summary>
    public Series this[string name] => Series.FirstOrDefault(series => series.Name == name) ?? new(name, []);

    /// <summary>The series of the norm of the whole gradient, and one series for each matrix, with the matrix's name.</summary>
    public IEnumerable<Series> GradientNorms =>
        from series in Series
        where series.Name == GradientNorm || series.Name.StartsWith(ColumnOf(""), StringComparison.Ordinal)
        select series with { Name = series.Name == GradientNorm ? "all together" : series.Name[ColumnOf("").Length..] };

    /// <summary>
    /// The lines of a text. Each includes its line end, \n or \r\n, which only the last may lack. Logs are parsed in this form.
    /// </summary>
    public static IEnumerable<string> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var newLine ? newLine + 1 : text.Length;
            yield return text[start..end];
            start = end;
        }
    }

    /// <summary>
    /// Parses the lines of a log in CSV, a character for each byte. A last row that was cut off is dropped. If the lines are no log, the
    /// problem names the source.
    /// </summary>
    public static Either<Problem, TrainingLog> Parse(IEnumerable<string> lines, string source)
    {
        Problem Because(string reason) => new($"{source} cannot be used as a log: {reason}; name a file that --log wrote.");

        var (header, number, step) = (ImmutableArray<string>.Empty, 0, 0);
        ImmutableArray<ImmutableArray<(double, double)>.Builder> columns = [];
        foreach (var line in lines)
        {
            if (++number == 1)
            {
                header = ParseHeader(line);
                if (MissingColumn(header).Case is string missing) return Because($"its first line names no column {missing}");
                columns = [.. header.Select(_ => ImmutableArray.CreateBuilder<(double, double)>())];
                continue;
            }
            switch (ParseRow(line, number, header, after: step).Case)
            {
                case (int next, ImmutableArray<double> cells):
                    step = next;
                    foreach (var (column, cell) in columns.Zip(cells))
                        if (double.IsFinite(cell)) column.Add((step, cell));
                    break;
                case string reason when !IsCutOff(line, header):
                    return Because(reason);
            }
        }
        return number == 0 ? Because("it is empty")
            : step == 0 ? Because("it has no rows")
            : new TrainingLog([.. header.Zip(columns, (name, points) => new Series(name, points.ToImmutable()))]);
    }

    /// <summary>The names of the columns in the first line of a log.</summary>
    internal static ImmutableArray<string> ParseHeader(string line) =>
        [.. SplitCells(line.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? line[ByteOrderMark.Length..] : line)];

    /// <summary>The first column that a log must have and this one lacks.</summary>
    internal static Option<string> MissingColumn(ImmutableArray<string> header) =>
        Required.Where(name => !header.Contains(name)).HeadOrNone();

    /// <summary>
    /// The step and the numbers of a row, NaN in an empty cell. Otherwise the reason why the line is no row that can follow the row of
    /// another step.
    /// </summary>
    internal static Either<string, (int Step, ImmutableArray<double> Cells)> ParseRow(
        string line, int number, ImmutableArray<string> header, int after)
    {
        var texts = SplitCells(line);
        if (texts.Length != header.Length)
            return $"its line {number} has {texts.Length} cells, and its first line {header.Length}";
        if (!int.TryParse(texts[header.IndexOf(Step)], NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step == 0)
            return $"its line {number} has no step";
        if (step <= after)
            return $"its line {number} is of step {step}, which does not come after step {after}";
        var cells = ImmutableArray.CreateBuilder<double>(texts.Length);
        foreach (var text in texts)
        {
            var cell = double.NaN;
            if (text != "" && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out cell))
                return $"the {header[cells.Count]} in its line {number} is not a number";
            cells.Add(cell);
        }
        return (step, cells.MoveToImmutable());
    }

    /// <summary>True if a last line can be the beginning of a row that was not written to its end.</summary>
    internal static bool IsCutOff(string line, ImmutableArray<string> header) =>
        !line.EndsWith('\n') && SplitCells(line).Length <= header.Length
        && line.All(c => char.IsAsciiDigit(c) || c is ',' or '.' or '-' or '+' or 'E');

    private static string[] SplitCells(string line) => line.TrimEnd('\r', '\n').Split(',');

    private static string Format(double number) => Invariant($"{number:R}");

    public bool Equals(TrainingLog? other) => other is not null && Series.ContentEquals(other.Series);

    public override int GetHashCode() => Series.Length;
}
