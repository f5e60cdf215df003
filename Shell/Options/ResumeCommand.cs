using System.Collections.Immutable;
using LanguageExt;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The command line that resumes a run, to be pasted into a shell.</summary>
/// <param name="parse">The command line of the run. Its options are repeated, since a checkpoint does not hold all.</param>
internal sealed class ResumeCommand(ParseResult parse)
{
    private const string StepsName = "--steps", ConfigName = "--config";

    // The options of the beginning and of the end of a run.
    private static readonly ImmutableHashSet<string> Unrepeated = [StepsName, "--resume", "--extend", "--force"];

    /// <summary>The command line for a checkpoint. With a number of steps, it extends the run to them.</summary>
    public string Format(string checkpoint, Option<int> steps) => string.Join(' ', FindProgram()
        .Append("train")
        .Concat(Words("--resume", [checkpoint]))
        .Concat(steps.ToSeq().SelectMany(count => (string[])[StepsName, $"{count}", "--extend"]))
        .Concat(steps.IsNone && IsGiven(ConfigName) ? Repeat(name => name == StepsName) : []) // the file may have other steps
        .Concat(Repeat(name => !Unrepeated.Contains(name)))
        .Select(ShellWord.Quote));

    private bool IsGiven(string option) => Repeat(name => name == option).Any();

    private IEnumerable<string> Repeat(Func<string, bool> isRepeated) =>
        from option in parse.CommandResult.Command.Options
        where isRepeated(option.Name)
        let result = parse.GetResult(option)
        where result is { Implicit: false }
        from word in Words(option.Name, [.. result.Tokens.Select(token => token.Value)])
        select word;

    // A value that looks like an option is written behind a sign of equality.
    private static string[] Words(string option, string[] values) =>
        values is [['-', ..] value] ? [$"{option}={value}"] : [option, .. values];

    // The runtime may be started with the program's file; else the program is a file of its own, which may be on the path.
    private static string[] FindProgram()
    {
        var process = Environment.ProcessPath ?? "microgpt";
        var name = Path.GetFileNameWithoutExtension(process);
        return name == "dotnet" ? [name, Shorten(Path.GetFullPath(Environment.GetCommandLineArgs()[0]))]
            : IsOnPath(process) ? [name]
            : [Shorten(process)];
    }

    private static bool IsOnPath(string file) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => Path.Combine(folder, Path.GetFileName(file)) == file);

    // The path from the current folder to a file within it, else the full path.
    private static string Shorten(string path)
    {
        var below = Path.Combine(".", Path.GetRelativePath(".", path));
        return below.StartsWith(Path.Combine(".", "..")) || Path.IsPathRooted(below) ? path : below;
    }
}
