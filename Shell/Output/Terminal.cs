using System.Text;
using MicroGpt.Text;

namespace MicroGpt.Shell.Output;

/// <summary>
/// Texts of users at a terminal. A terminal obeys control characters in data, in arguments and in names of files: there, they are written
/// as escapes. Files and pipes get each character as it is.
/// </summary>
internal static class Terminal
{
    /// <summary>A text as standard output shows it.</summary>
    public static string Show(string text) => Console.IsOutputRedirected ? text : text.EscapeControls();

    /// <summary>Lets standard error show all of its texts so.</summary>
    public static void GuardError()
    {
        if (!Console.IsErrorRedirected) Console.SetError(new EscapingWriter(Console.Error));
    }

    private sealed class EscapingWriter(TextWriter terminal) : TextWriter
    {
        public override Encoding Encoding => terminal.Encoding;

        public override void Write(char value) => Write($"{value}");

        public override void Write(string? value) => terminal.Write(value?.EscapeControls());

        public override void WriteLine() => terminal.WriteLine();

        public override void WriteLine(string? value) => terminal.WriteLine(value?.EscapeControls());

        public override void Flush() => terminal.Flush();
    }
}
