using System.CommandLine;
using LanguageExt;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;

namespace MicroGpt.Shell.Commands;

/// <summary>Shows the settings of a checkpoint, and statistics of its matrices.</summary>
internal static class InspectCommand
{
    private const string Notes =
        """
        Example:
          microgpt inspect model.safetensors

        """;

    private static readonly Argument<string[]> FileArgument = new("file")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "file",
        Description = "A checkpoint that --save wrote.",
    };

    /// <summary>The command with its argument.</summary>
    public static Command Create()
    {
        var command = new Command("inspect", "Shows the content of a checkpoint.") { FileArgument }.With(HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(Inspect(parse)));
        return command;
    }

    private static Validation<Problem, Unit> Inspect(ParseResult parse) =>
        from _ in UnknownArguments.Separate(parse, FileArgument).Check
        from checkpoint in ParsePath(parse).Then(CheckpointStore.Read)
        select new CheckpointReport(Console.Out).Print(checkpoint);

    private static Validation<Problem, string> ParsePath(ParseResult parse) => parse.GetValue(FileArgument) switch
    {
        [var path] when path != "" => path,
        [] or null => new Problem("inspect needs a file; name one, such as microgpt inspect model.safetensors."),
        [_] => new Problem("inspect was given an empty path; name a file, such as microgpt inspect model.safetensors."),
        var paths => new Problem($"inspect takes one file and was given {paths.Length}; name one."),
    };
}
