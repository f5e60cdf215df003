using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Text;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The output of training: the log, and the checkpoint with the number of steps from one save to the next.</summary>
/// <param name="Log">The path of the log.</param>
/// <param name="Save">The path of the checkpoint.</param>
/// <param name="SaveEvery">The number of steps from one save to the next.</param>
/// <param name="Force">True if files that exist may be replaced.</param>
/// <param name="Quiet">True if only the samples are shown.</param>
internal sealed record OutputOptions(Option<string> Log, Option<string> Save, Option<int> SaveEvery, bool Force, bool Quiet)
{
    private static readonly TypedOption<string> LogOption = TypedOption.File("--log", "log.csv",
        $"A CSV file to write: {TrainingLog.ColumnSummary}.");
    private static readonly TypedOption<string> SaveOption = TypedOption.File("--save", "model.safetensors",
        "A checkpoint to write when training ends, or is interrupted.");
    private static readonly System.CommandLine.Option<bool> QuietFlag = TypedOption.Flag("--quiet",
        "Show the samples and nothing else.");
    private static readonly TypedOption<int> SaveEveryOption = TypedOption.Optional("--save-every", "n", "100",
        "Write the checkpoint every n steps, too.", (name, text) => NumberParser.ParseCount(1, name, text));

    /// <summary>The options of the checkpoint, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfCheckpoint => [SaveOption, SaveEveryOption];

    /// <summary>The option of the log, the flag to replace files, and that to show less, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfLog => [LogOption, ForceFlag, QuietFlag];

    /// <summary>The flag of all commands that write files.</summary>
    public static System.CommandLine.Option<bool> ForceFlag { get; } = TypedOption.Flag("--force",
        "Replace files that exist, whatever they hold. Without it, only a run that goes on replaces its own.");

    /// <summary>The files that a training run writes, if they overwrite none of those that it reads.</summary>
    public static Validation<Problem, OutputOptions> Parse(
        ParseResult parse, IEnumerable<InputFile> inputs, Option<string> resumed)
    {
        var (log, save, force) = (LogOption.ParseOptional(parse), SaveOption.ParseOptional(parse), parse.GetValue(ForceFlag));
        var outputs = new[]
        {
            save.IfFail(None).Map(path => new OutputFile(path, "--save", FileFormat.Checkpoint, WriteMode.Atomic, resumed,
                Alternative: $"--resume {ShellWord.Quote(path)} goes on from it")),
            log.IfFail(None).Map(path => new OutputFile(path, "--log", FileFormat.Log,
                resumed.IsSome ? WriteMode.Continued : WriteMode.InPlace, GoesOnFrom: None, Alternative: None)),
        };
        return (log, save, ParseSaveEvery(parse), FileGuard.Check(inputs, outputs.Somes(), force))
            .Apply((logged, saved, every, _) => new OutputOptions(logged, saved, every, force, parse.GetValue(QuietFlag)));
    }

    // The number of steps from one save to the next, which needs a checkpoint to write.
    private static Validation<Problem, Option<int>> ParseSaveEvery(ParseResult parse) =>
        SaveEveryOption.ParseOptional(parse).Bind<Option<int>>(steps => steps.IsSome && parse.GetResult(SaveOption) is null
            ? new Problem("--save-every says when to save, but not where; write --save model.safetensors, too.")
            : steps);
}
