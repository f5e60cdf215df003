using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The log of training as a CSV file. Every number is written so that it reads back as the same number.</summary>
internal sealed class TrainingLogWriter : IDisposable
{
    private readonly FlushingWriter? writer;

    private TrainingLogWriter(FlushingWriter? writer) => this.writer = writer;

    /// <summary>
    /// The log of a run that has made `made` steps before. An existing file keeps the rows of these steps and loses all others. Without a
    /// path, nothing is written.
    /// </summary>
    public static Either<Problem, TrainingLogWriter> Create(Option<string> path, int made, Configuration configuration) =>
        path.Match(Some: file => Create(file, made, FormatHeader(configuration)), None: () => new TrainingLogWriter(null));

    private static Either<Problem, TrainingLogWriter> Create(string path, int made, string header)
    {
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, made > 0 ? FileAccess.ReadWrite : FileAccess.Write, FileShare.Read);
            if (stream is { CanSeek: true, Length: > 0 })
                stream.SetLength(stream.Position = made > 0 ? KeptLength(made, stream, header) : 0);
            var writer = new FlushingWriter(stream);
            if (stream.Position == 0) writer.Write(header + "\n");
            return new TrainingLogWriter(writer);
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return new Problem($"The log {path} cannot be written: {IoErrors.Reason(path, e)}; name a file that can be.");
        }
    }

    /// <summary>Adds the row of a step, its cells in the order of <see cref="TrainingLog.Columns"/>; the first step is 1.</summary>
    public void Add(int step, StepResult result, double learningRate, Option<double> validation, double documentsPerSecond) =>
        writer?.Write(
            Invariant($"{step},{result.Loss:R},{learningRate:R},{result.GradientNorm:R},{validation.Map(Format).IfNone("")},")
            + Invariant($"{string.Join(',', result.GradientNorms.Select(Format))},{documentsPerSecond:F0}\n"));

    /// <summary>Flushes all rows to the file.</summary>
    public void Flush() => writer?.Flush();

    public void Dispose() => writer?.Dispose();

    private static string FormatHeader(Configuration configuration) =>
        string.Join(',', TrainingLog.Columns(configuration.ParameterShapes.Select(shape => shape.Name)));

    private static string Format(double number) => Invariant($"{number:R}");

    // The length of the header and of the complete rows of the first `made` steps; 0 if the file has another header.
    private static long KeptLength(int made, Stream stream, string header)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        if (reader.ReadLine() != header) return 0;
        var length = header.Length + 1L;
        for (var step = 1; step <= made && reader.ReadLine() is { } line && line.StartsWith($"{step},", StringComparison.Ordinal); step++)
        {
            if (length + line.Length + 1 > stream.Length) break; // the last row is incomplete
            length += line.Length + 1;
        }
        return length;
    }
}
