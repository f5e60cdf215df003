using LanguageExt;
using MicroGpt.Shell.Data;

namespace MicroGpt.Shell.Output;

/// <summary>The steps as a CSV file, every number such that it reads back as the same number.</summary>
internal sealed class Log : IDisposable
{
    private readonly PacedWriter writer;

    private Log(Stream stream)
    {
        writer = new(stream);
        writer.Write("step,loss,learning_rate\n");
    }

    /// <summary>A log that begins with its header, in place of what the file held before; without a path, it goes nowhere.</summary>
    public static Either<Problem, Log> Create(Option<string> path) => path.Match(Some: Create, None: () => new Log(Stream.Null));

    private static Either<Problem, Log> Create(string path)
    {
        try
        {
            return new Log(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
        }
        catch (Exception e) when (Failure.IsOfWorld(e))
        {
            return new Problem($"The log {path} cannot be written: {Failure.Reason(path, e)}; name a file that can be.");
        }
    }

    /// <summary>Adds a step, the first being 1.</summary>
    public void Add(int step, double loss, double learningRate) => writer.Write($"{step},{loss:R},{learningRate:R}\n");

    public void Dispose() => writer.Dispose();
}
