using Spectre.Console;

namespace MicroGpt.Shell.Output;

/// <summary>Tables without lines, for a terminal of any width and for files.</summary>
internal static class Tables
{
    private const int Unlimited = 120;

    /// <summary>A console that writes so; what is not a terminal has no width to mind.</summary>
    public static IAnsiConsole Console(TextWriter writer)
    {
        var plain = System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new() { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(writer) });
        if (plain) console.Profile.Width = Unlimited;
        return console;
    }

    /// <summary>A table with nothing in it yet.</summary>
    public static Table Plain() => new Table().NoBorder();

    /// <summary>A column that is never broken.</summary>
    public static TableColumn Column(string header) => new(header) { NoWrap = true, Padding = new(0, 0, 1, 0) };
}
