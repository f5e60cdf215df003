using Spectre.Console;

namespace MicroGpt.Shell.Output;

/// <summary>Tables without borders, for terminals of any width and for files.</summary>
internal static class Tables
{
    private const int RedirectedWidth = 120;

    /// <summary>A console on a writer. Outside a terminal it has no colors, and a fixed width.</summary>
    public static IAnsiConsole Console(TextWriter writer)
    {
        var plain = System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new() { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(writer) });
        if (plain) console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>A console on standard error, which must be a terminal.</summary>
    public static IAnsiConsole ErrorConsole() => AnsiConsole.Create(new()
    {
        Ansi = AnsiSupport.Detect,
        Out = new AnsiConsoleOutput(new StreamWriter(System.Console.OpenStandardError()) { AutoFlush = true }),
    });

    /// <summary>An empty table.</summary>
    public static Table Plain() => new Table().NoBorder();

    /// <summary>A column whose cells are never wrapped.</summary>
    public static TableColumn Column(string header) => new(header) { NoWrap = true, Padding = new(0, 0, 1, 0) };
}
