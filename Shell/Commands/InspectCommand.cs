using System.CommandLine;
using LanguageExt;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;

namespace MicroGpt.Shell.Commands;

/// <summary>Tells what a checkpoint holds.</summary>
internal static class InspectCommand
{
    private const string Notes =
        """
        Example:
          microgpt inspect model.safetensors

        """;

    private static readonly Argument<string[]> File = new("file")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "file",
        Description = "A checkpoint that --save wrote.",
    };

    /// <summary>The command with its argument.</summary>
    public static Command Command()
    {
        var command = new Command("inspect", "Tells what a checkpoint holds.") { File, Help.Option(Notes) };
        command.SetAction(parse => Unknown.In(parse, File).Unknown.Bind(_ => PathIn(parse)).Bind(path => CheckpointStore.Read(path).ToValidation()).Match(
            Succ: checkpoint =>
            {
                new CheckpointReport(Console.Out).Of(checkpoint);
                return ExitCode.Success;
            },
            Fail: problems => ExitCode.Of(problems)));
        return command;
    }

    private static Validation<Problem, string> PathIn(ParseResult parse) => parse.GetValue(File) switch
    {
        [var path] when path != "" => path,
        [] or null => new Problem("inspect is told of no file; name one, such as microgpt inspect model.safetensors."),
        [_] => new Problem("inspect is told of an empty path; name a file, such as microgpt inspect model.safetensors."),
        var paths => new Problem($"inspect is told of {paths.Length} files; name one."),
    };
}
