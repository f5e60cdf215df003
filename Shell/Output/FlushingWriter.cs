using System.Diagnostics;
using System.Text;

namespace MicroGpt.Shell.Output;

/// <summary>
/// A writer that flushes at most every 50 ms: a reader sees each line soon, and not every line costs a system call. It flushes between
/// two texts, unless one exceeds its capacity: what others write to the same pipe does not stand within a line.
/// </summary>
internal sealed class FlushingWriter(Stream stream) : IDisposable
{
    private const int Capacity = 1 << 14; // characters

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly StreamWriter writer =
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Capacity) { NewLine = "\n" };
    private long flushed;
    private int pending;

    /// <summary>Writes a text, and flushes if there is no room for it or the last flush was long ago.</summary>
    public void Write(string text)
    {
        if (pending + text.Length > Capacity) Flush();
        writer.Write(text);
        pending += text.Length;
        if (Stopwatch.GetElapsedTime(flushed) >= Pace) Flush();
    }

    /// <summary>Flushes all that was written.</summary>
    public void Flush()
    {
        writer.Flush();
        (pending, flushed) = (0, Stopwatch.GetTimestamp());
    }

    public void Dispose() => writer.Dispose();
}
