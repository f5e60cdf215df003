using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Training;

namespace MicroGpt.Reports;

/// <summary>A named quantity, and its values at some steps of training.</summary>
public sealed record Series(string Name, ImmutableArray<(double Step, double Value)> Points)
{
    /// <summary>At each step of the series, the running mean of the values up to this step. Later values weigh more.</summary>
    public Series Smooth()
    {
        var means = Points.Scan(new RunningMean(), (mean, point) => mean.With(point.Value)).Skip(1); // skips the mean of no points
        return this with { Points = [.. Points.Zip(means, (point, mean) => (point.Step, mean.Value))] };
    }

    /// <summary>
    /// Splits the series into at most <paramref name="most"/> chunks of successive points. Returns the last step of each chunk, and the
    /// smallest, largest and last value in the chunk.
    /// </summary>
    public ImmutableArray<(double Step, double Least, double Largest, double Last)> Downsample(int most) =>
    [
        .. Points.Chunk(Math.Max(1, (Points.Length + most - 1) / most)).Select(chunk =>
            (chunk[^1].Step, chunk.Min(point => point.Value), chunk.Max(point => point.Value), chunk[^1].Value)),
    ];

    public bool Equals(Series? other) => other is not null && Name == other.Name && Points.ContentEquals(other.Points);

    public override int GetHashCode() => HashCode.Combine(Name, Points.Length);
}

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

    /// <summary>The loss of the held-out documents. In most rows, this column is empty.</summary>
    public const string ValidationLoss = "validation_loss";

    /// <summary>The speed of training. Only this column differs between two runs with the same options.</summary>
    public const string DocumentsPerSecond = "documents_per_second";

    private static readonly ImmutableArray<string> Required = [Step, Loss, LearningRate];

    /// <summary>The columns in order, as a list for a help text.</summary>
    public static string ColumnSummary { get; } = string.Join(", ", ColumnsAround([$"the {GradientNorm} of each matrix"]));

    /// <summary>The columns in order, for a model with these matrices.</summary>
    public static ImmutableArray<string> Columns(IEnumerable<string> matrices) =>
        ColumnsAround(matrices.Select(name => $"{GradientNorm}.{name}"));

    private static ImmutableArray<string> ColumnsAround(IEnumerable<string> ofMatrices) =>
        [Step, Loss, LearningRate, GradientNorm, ValidationLoss, .. ofMatrices, DocumentsPerSecond];

    /// <summary>The series of a column. If the log has no such column, the series has no points.</summary>
    public Series this[string name] => Series.FirstOrDefault(series => series.Name == name) ?? new(name, []);

    /// <summary>The series of the norm of the whole gradient, and one series for each matrix, with the matrix's name.</summary>
    public IEnumerable<Series> GradientNorms =>
        from series in Series
        where series.Name == GradientNorm || series.Name.StartsWith($"{GradientNorm}.", StringComparison.Ordinal)
        select series with { Name = series.Name == GradientNorm ? "all together" : series.Name[(GradientNorm.Length + 1)..] };

    /// <summary>Parses a log in CSV, without an incomplete last line. If the text is no log, the problem names the source.</summary>
    public static Either<Problem, TrainingLog> Parse(string text, string source)
    {
        Problem Because(string reason) => new($"{source} cannot be used as a log: {reason}; name a file that --log wrote.");

        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n')[..^1];
        var header = lines.Length == 0 ? [] : lines[0].TrimEnd('\r').Split(',');
        if (Required.FirstOrDefault(name => !header.Contains(name)) is { } missing)
            return Because($"its first line names no column {missing}");
        if (lines.Length == 1) return Because("it has no rows");
        var columns = header.Select(_ => ImmutableArray.CreateBuilder<(double, double)>()).ToArray();
        for (var i = 1; i < lines.Length; i++)
        {
            var cells = lines[i].TrimEnd('\r').Split(',');
            if (cells.Length != header.Length)
                return Because($"its line {i + 1} has {cells.Length} cells, and its first line {header.Length}");
            if (!TryNumber(cells[Array.IndexOf(header, Step)], out var step) || !double.IsFinite(step))
                return Because($"its line {i + 1} has no step");
            for (var k = 0; k < cells.Length; k++)
            {
                if (cells[k] == "") continue;
                if (!TryNumber(cells[k], out var value)) return Because($"the {header[k]} in its line {i + 1} is not a number");
                if (double.IsFinite(value)) columns[k].Add((step, value));
            }
        }
        return new TrainingLog([.. header.Zip(columns, (name, points) => new Series(name, points.ToImmutable()))]);
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    public bool Equals(TrainingLog? other) => other is not null && Series.ContentEquals(other.Series);

    public override int GetHashCode() => Series.Length;
}
