using Microsoft.Win32.SafeHandles;

namespace MicroGpt.Shell.Output;

/// <summary>Standard output. Writing to it throws once the reader has closed the pipe.</summary>
internal sealed class StandardOutput : IDisposable
{
    private const int BrokenPipe = 32; // EPIPE

    private readonly FlushingWriter writer = new(Open());

    /// <summary>True if an exception means that the reader has closed the pipe.</summary>
    public static bool WasClosed(Exception e) => e is IOException { HResult: BrokenPipe };

    /// <summary>Writes a line, and flushes.</summary>
    public void Line(string text)
    {
        LineOfMany(text);
        writer.Flush();
    }

    /// <summary>Writes a part of a line, and flushes.</summary>
    public void Part(string text)
    {
        writer.Write(Terminal.Show(text));
        writer.Flush();
    }

    /// <summary>Writes one line of many, which is flushed within a short time.</summary>
    public void LineOfMany(string text) => writer.Write(Terminal.Show(text) + "\n");

    /// <summary>Flushes all lines.</summary>
    public void Flush() => writer.Flush();

    public void Dispose() => writer.Dispose();

    // A closed pipe: a file stream throws, but the console's stream ignores it, and training would continue without a reader. A file:
    // the console's stream appends, but a file stream keeps its own position and would overwrite the output of other processes.
    private static Stream Open()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
