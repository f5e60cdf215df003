using System.Diagnostics;
using System.Text;

namespace MicroGpt.Shell.Output;

/// <summary>A writer that flushes at most every 50 ms: a reader sees each line soon, and not every line costs a system call.</summary>
internal sealed class FlushingWriter(Stream stream) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
    private long flushed;

    /// <summary>Writes a text, and flushes if the last flush was long ago.</summary>
    public void Write(string text)
    {
        writer.Write(text);
        if (Stopwatch.GetElapsedTime(flushed) >= Pace) Flush();
    }

    /// <summary>Flushes all that was written.</summary>
    public void Flush()
    {
        writer.Flush();
        flushed = Stopwatch.GetTimestamp();
    }

    public void Dispose() => writer.Dispose();
}
