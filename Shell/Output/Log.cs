using LanguageExt;
using MicroGpt.Shell.Data;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The steps as a CSV file, every number such that it reads back as the same number.</summary>
internal sealed class Log : IDisposable
{
    /// <summary>The columns. The last one tells of the machine; all others are the same in every run of the same options.</summary>
    public const string Header = "step,loss,learning_rate,gradient_norm,validation_loss,documents_per_second";

    private readonly PacedWriter writer;

    private Log(Stream stream)
    {
        writer = new(stream);
        if (stream.Position == 0) writer.Write(Header + "\n");
    }

    /// <summary>
    /// A log of the steps after those that are made already. Of a file it keeps what it tells of these, and nothing else; without a
    /// path, it goes nowhere.
    /// </summary>
    public static Either<Problem, Log> Create(Option<string> path, int made) =>
        path.Match(Some: file => Create(file, made), None: () => new Log(Stream.Null));

    private static Either<Problem, Log> Create(string path, int made)
    {
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, made > 0 ? FileAccess.ReadWrite : FileAccess.Write, FileShare.Read);
            if (stream is { CanSeek: true, Length: > 0 }) stream.SetLength(stream.Position = made > 0 ? LengthOf(made, stream) : 0);
            return new Log(stream);
        }
        catch (Exception e) when (Failure.IsOfWorld(e))
        {
            return new Problem($"The log {path} cannot be written: {Failure.Reason(path, e)}; name a file that can be.");
        }
    }

    /// <summary>Adds a step, the first being 1.</summary>
    public void Add(int step, Finding finding, double learningRate, Option<double> validation, double documentsPerSecond) => writer.Write(Invariant(
        $"{step},{finding.Loss:R},{learningRate:R},{finding.GradientNorm:R},{validation.Map(loss => Invariant($"{loss:R}")).IfNone("")},{documentsPerSecond:F0}\n"));

    /// <summary>Lets all of it be in the file.</summary>
    public void Flush() => writer.Flush();

    public void Dispose() => writer.Dispose();

    // The bytes that tell of steps that are made, whole lines under the header; none if the file is no log.
    private static long LengthOf(int made, Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        if (reader.ReadLine() != Header) return 0;
        var length = Header.Length + 1L;
        for (var step = 1; step <= made && reader.ReadLine() is { } line && line.StartsWith($"{step},", StringComparison.Ordinal); step++)
        {
            if (length + line.Length + 1 > stream.Length) break; // a line without its end
            length += line.Length + 1;
        }
        return length;
    }
}
