using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The steps as a CSV file, every number such that it reads back as the same number.</summary>
internal sealed class TrainingLogWriter : IDisposable
{
    private readonly FlushingWriter? writer;

    private TrainingLogWriter(FlushingWriter? writer) => this.writer = writer;

    /// <summary>
    /// A log of the steps after those that are made already. Of a file it keeps what it tells of these, and nothing else; without a
    /// path, it goes nowhere.
    /// </summary>
    public static Either<Problem, TrainingLogWriter> Create(Option<string> path, int made, Configuration configuration) =>
        path.Match(Some: file => Create(file, made, HeaderOf(configuration)), None: () => new TrainingLogWriter(null));

    private static Either<Problem, TrainingLogWriter> Create(string path, int made, string header)
    {
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, made > 0 ? FileAccess.ReadWrite : FileAccess.Write, FileShare.Read);
            if (stream is { CanSeek: true, Length: > 0 }) stream.SetLength(stream.Position = made > 0 ? LengthOf(made, stream, header) : 0);
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
    public void Add(int step, StepResult finding, double learningRate, Option<double> validation, double documentsPerSecond) => writer?.Write(
        Invariant($"{step},{finding.Loss:R},{learningRate:R},{finding.GradientNorm:R},{validation.Map(Written).IfNone("")},")
        + Invariant($"{string.Join(',', finding.GradientNorms.Select(Written))},{documentsPerSecond:F0}\n"));

    /// <summary>Lets all of it be in the file.</summary>
    public void Flush() => writer?.Flush();

    public void Dispose() => writer?.Dispose();

    private static string HeaderOf(Configuration configuration) =>
        string.Join(',', TrainingLog.Columns(configuration.ParameterShapes.Select(shape => shape.Name)));

    private static string Written(double number) => Invariant($"{number:R}");

    // The bytes that tell of steps that are made, whole lines under the header; none if the file is no log.
    private static long LengthOf(int made, Stream stream, string header)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        if (reader.ReadLine() != header) return 0;
        var length = header.Length + 1L;
        for (var step = 1; step <= made && reader.ReadLine() is { } line && line.StartsWith($"{step},", StringComparison.Ordinal); step++)
        {
            if (length + line.Length + 1 > stream.Length) break; // a line without its end
            length += line.Length + 1;
        }
        return length;
    }
}
