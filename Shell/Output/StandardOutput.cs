using Microsoft.Win32.SafeHandles;

namespace MicroGpt.Shell.Output;

/// <summary>Standard output, which tells when nobody reads any more.</summary>
internal sealed class StandardOutput : IDisposable
{
    private const int BrokenPipe = 32; // EPIPE

    private readonly FlushingWriter writer = new(Open());

    /// <summary>Whether writing failed because nobody reads any more.</summary>
    public static bool WasClosed(IOException e) => e.HResult == BrokenPipe;

    /// <summary>Writes a line that is seen at once.</summary>
    public void Line(string text)
    {
        writer.Write(text + "\n");
        writer.Flush();
    }

    /// <summary>Writes one line of many, which is seen soon.</summary>
    public void LineOfMany(string text) => writer.Write(text + "\n");

    public void Dispose() => writer.Dispose();

    // The console's stream hides that a pipe was closed, and training for nobody would go on. The file's stream tells, but where
    // a position can be sought it keeps one of its own, and would write over what others write there.
    private static Stream Open()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
