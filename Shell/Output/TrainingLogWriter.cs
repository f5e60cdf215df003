using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>The log of training as a CSV file. Every number is written so that it reads back as the same number.</summary>
internal sealed class TrainingLogWriter : IDisposable
{
    private readonly FlushingWriter? writer;
    private readonly string newLine;

    private TrainingLogWriter(FlushingWriter? writer, string newLine) => (this.writer, this.newLine) = (writer, newLine);

    /// <summary>
    /// The log of a run. A run that is resumed keeps the rows of the steps that it has made, and continues after them; any other run
    /// begins a new log, and so does a run that may replace the log of another. Without a path, nothing is written.
    /// </summary>
    public static Either<Problem, TrainingLogWriter> Create(Option<string> path, Checkpoint run, bool isResumed, bool force) =>
        path.Match(Some: file => Create(file, run, isResumed, force), None: () => new TrainingLogWriter(null, ""));

    private static Either<Problem, TrainingLogWriter> Create(string path, Checkpoint run, bool isResumed, bool force)
    {
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            var created = LogPrefix.Find(isResumed && stream.CanSeek ? TrainingLogFile.ReadLines(path) : [], run, path)
                .BindLeft(problem => force ? LogPrefix.Find([], run, path) : problem)
                .Map(prefix => Continue(stream, prefix, run.State.Step, path));
            if (created.IsLeft) stream.Dispose();
            return created;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return new Problem($"The log {path} cannot be written: {IoErrors.Reason(path, e)}; name a file that can be.");
        }
    }

    private static TrainingLogWriter Continue(FileStream stream, LogPrefix prefix, int made, string path)
    {
        if (prefix.LastStep > 0 && prefix.LastStep < made)
        {
            var first = prefix.LastStep + 1;
            Console.Error.WriteLine(
                first == made ? $"{path} has no row of step {made}." : $"{path} has no rows from step {first} to step {made}.");
        }
        if (stream is { CanSeek: true, Length: > 0 })
            stream.SetLength(stream.Position = prefix.Length);
        var writer = new FlushingWriter(stream);
        writer.Write(prefix.Junction);
        return new(writer, prefix.NewLine);
    }

    /// <summary>Adds the row of a step; the first step is 1.</summary>
    public void Add(int step, StepResult result, double learningRate, Option<MeanLosses> validation, double documentsPerSecond) =>
        writer?.Write(TrainingLog.FormatRow(step, result, learningRate, validation, documentsPerSecond) + newLine);

    /// <summary>Flushes all rows to the file.</summary>
    public void Flush() => writer?.Flush();

    public void Dispose() => writer?.Dispose();
}
