namespace MicroGpt.Shell.Options;

/// <summary>Words of a command line, to be pasted into a shell.</summary>
internal static class ShellWord
{
    private const string Unquoted = "_@%+=:,./-";

    /// <summary>A word as a shell reads it. The shells of Windows take double quotes, all others single quotes.</summary>
    public static string Quote(string word) =>
        word != "" && word.All(c => char.IsAsciiLetterOrDigit(c) || Unquoted.Contains(c)) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", @"'\''")}'";
}
