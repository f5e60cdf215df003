using Microsoft.Win32.SafeHandles;

namespace MicroGpt.Shell.Output;

/// <summary>Standard output, where the line that tells the progress renews itself in a terminal.</summary>
internal sealed class StandardOutput : IDisposable
{
    private const int BrokenPipe = 32; // EPIPE

    private readonly PacedWriter writer = new(Open());
    private readonly bool isTerminal = !Console.IsOutputRedirected;
    private string progress = "";

    /// <summary>Whether writing failed because nobody reads any more.</summary>
    public static bool WasClosed(IOException e) => e.HResult == BrokenPipe;

    /// <summary>Writes a line of its own.</summary>
    public void Line(string text)
    {
        EndProgress();
        writer.Write(text + "\n");
        writer.Flush();
    }

    /// <summary>Writes a line that takes the place of the last one like it.</summary>
    public void Progress(string text)
    {
        if (isTerminal)
        {
            var renewed = Renew(progress, text, Console.WindowWidth);
            writer.Write("\r" + renewed);
            progress = renewed.TrimEnd();
        }
        else
        {
            writer.Write(text + "\n");
        }
    }

    /// <summary>Leaves the progress that was shown last.</summary>
    public void EndProgress()
    {
        if (progress != "") writer.Write("\n");
        writer.Flush();
        progress = "";
    }

    /// <summary>A text that covers the one before it and leaves the last column free, where a terminal would begin a new line.</summary>
    public static string Renew(string before, string text, int width)
    {
        var covering = text.PadRight(before.Length);
        return width > 0 && covering.Length >= width ? covering[..(width - 1)] : covering;
    }

    public void Dispose()
    {
        EndProgress();
        writer.Dispose();
    }

    // The console's stream hides that a pipe was closed, and training for nobody would go on. The file's stream tells, but where
    // a position can be sought it keeps one of its own, and would write over what others write there.
    private static Stream Open()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
