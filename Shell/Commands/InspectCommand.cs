using System.CommandLine;
using LanguageExt;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Text;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>
/// Shows the settings of a checkpoint and statistics of its matrices, the tensors of another safetensors file, or the settings of a run and
/// their sources.
/// </summary>
internal static class InspectCommand
{
    private const string Notes =
        """
        Without a file, it takes the options of train, and shows the settings that a run
        with them has: each value, and where it comes from.

        Examples:
          microgpt inspect model.safetensors
          microgpt inspect --config run.json --n-embd 32

        """;

    private static readonly Argument<string[]> FileArgument = new("file")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "file",
        Description = "A checkpoint that --save wrote, or a safetensors file of another program.",
    };

    /// <summary>The command with its argument and options.</summary>
    public static Command Create()
    {
        var command = new Command("inspect", "Shows the content of a checkpoint or of another safetensors file, or the settings of a run.")
        {
            FileArgument,
        }.With([.. RunOptions.OfFiles, .. SettingOptions.All, HelpWithNotes.Option(Notes)]);
        command.SetAction(parse => ExitCode.Conclude(Inspect(parse)));
        return command;
    }

    private static Validation<Problem, Unit> Inspect(ParseResult parse)
    {
        var (unknown, files) = UnknownArguments.Separate(parse, FileArgument);
        return (unknown, (RunOptions.OfFiles.Concat(SettingOptions.All).Any(option => option.IsGiven(parse)), files) switch
        {
            (true, []) => ShowSettings(RunOptions.Read(parse)),
            (true, _) => new Problem("inspect was given a file and settings; leave out the file, or name it with --resume."),
            (_, [var path]) when path != "" => Report(path).ToValidation(),
            (_, []) => new Problem("inspect needs a file; name one, such as microgpt inspect model.safetensors."),
            (_, [_]) => new Problem("inspect was given an empty path; name a file, such as microgpt inspect model.safetensors."),
            _ => new Problem($"inspect takes one file and was given {files.Length}; name one."),
        }).Apply((_, done) => done);
    }

    private static Either<Problem, Unit> Report(string path)
    {
        var report = new CheckpointReport(Console.Out);
        return CheckpointStore.Read(path, report.Print, report.Print);
    }

    private static Validation<Problem, Unit> ShowSettings(RunOptions options) => options.Configuration.Map(run =>
    {
        foreach (var setting in run.Settings)
        {
            var value = setting.Text.Match(Some: Characters.Escape, None: () => "left to the program");
            Console.WriteLine($"{setting.Name}: {value} ({options.Given.SourceOf(setting.Name).Name.Escape()})");
        }
        return unit;
    });
}
