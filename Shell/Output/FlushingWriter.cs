using System.Diagnostics;
using System.Text;

namespace MicroGpt.Shell.Output;

/// <summary>Writes lines so that a reader sees them soon, yet without a system call for each.</summary>
internal sealed class FlushingWriter(Stream stream) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
    private long flushed;

    /// <summary>Writes a text that is seen soon.</summary>
    public void Write(string text)
    {
        writer.Write(text);
        if (Stopwatch.GetElapsedTime(flushed) >= Pace) Flush();
    }

    /// <summary>Lets everything that was written be seen now.</summary>
    public void Flush()
    {
        writer.Flush();
        flushed = Stopwatch.GetTimestamp();
    }

    public void Dispose() => writer.Dispose();
}
