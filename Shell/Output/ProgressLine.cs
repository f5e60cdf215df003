using System.Diagnostics;
using Spectre.Console;
using Line = Spectre.Console.Text;

namespace MicroGpt.Shell.Output;

/// <summary>
/// The progress of work that prints nothing at the terminal meanwhile: a bar and the time left, in a line of standard error that is redrawn
/// in place. It is shown after a second, at a terminal that can move its cursor, and is gone when the work ends.
/// </summary>
/// <param name="item">The name of an item of the work, such as text.</param>
/// <param name="total">The number of items.</param>
/// <param name="isNeeded">False if the work prints at the terminal.</param>
internal sealed class ProgressLine(string item, int total, bool isNeeded = true) : IDisposable
{
    private const int ShortestBar = 5, LongestBar = 30;
    private const string Erased = "\r\e[K";

    private static readonly TimeSpan BeforeFirst = TimeSpan.FromSeconds(1), Between = TimeSpan.FromSeconds(0.1);

    private readonly TimeLeft time = new(item, 0, total, TimeProvider.System);
    private readonly bool isShown = isNeeded && !Console.IsErrorRedirected;
    private readonly long began = Stopwatch.GetTimestamp();
    private long drawn;
    private IAnsiConsole? console;

    /// <summary>Shows the number of items that are made, at most ten times a second.</summary>
    public void Show(int made)
    {
        if (!isShown || Stopwatch.GetElapsedTime(began) < BeforeFirst || Stopwatch.GetElapsedTime(drawn) < Between) return;
        drawn = Stopwatch.GetTimestamp();
        console ??= Tables.ErrorConsole();
        if (console.Profile.Capabilities.Ansi) Draw(console, made);
    }

    // The last column stays free, or the terminal would go on to the next line. A narrow terminal has room for the bar only.
    private void Draw(IAnsiConsole terminal, int made)
    {
        var (text, room) = ($" {time.Format(made)}", terminal.Profile.Width - 1);
        if (text.Length > room - ShortestBar) text = "";
        terminal.Write(new ControlCode(Erased));
        terminal.Write(new Bar((double)made / total, Math.Min(LongestBar, room - text.Length)));
        terminal.Write(new Line(text));
    }

    public void Dispose()
    {
        if (console is { Profile.Capabilities.Ansi: true }) console.Write(new ControlCode(Erased));
    }
}
