using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The output of training: the log, the checkpoint with the number of steps from one save to the next, and the best.</summary>
/// <param name="Log">The path of the log.</param>
/// <param name="Save">The path of the checkpoint.</param>
/// <param name="SaveEvery">The number of steps from one save to the next.</param>
/// <param name="KeepBest">The path of the checkpoint with the lowest validation loss.</param>
/// <param name="Force">True if files that exist may be replaced.</param>
/// <param name="Quiet">True if only the samples are shown.</param>
internal sealed record OutputOptions(
    Option<string> Log, Option<string> Save, Option<int> SaveEvery, Option<string> KeepBest, bool Force, bool Quiet)
{
    /// <summary>The names of the options of checkpoints.</summary>
    public const string SaveName = "--save", KeepBestName = "--keep-best";

    private static readonly TypedOption<string> LogOption = TypedOption.File("--log", "log.csv",
        $"A CSV file to write: {TrainingLog.ColumnSummary}.");
    private static readonly TypedOption<string> SaveOption = TypedOption.File(SaveName, "model.safetensors",
        "A checkpoint to write when training ends, or is interrupted.");
    private static readonly System.CommandLine.Option<bool> QuietFlag = TypedOption.Flag("--quiet",
        "Show the samples and nothing else.");
    private static readonly TypedOption<int> SaveEveryOption = TypedOption.Optional("--save-every", "n", "100",
        "Write the checkpoint every n steps, too.", (name, text) => NumberParser.ParseCount(1, name, text));

    private static readonly TypedOption<string> KeepBestOption = TypedOption.File(KeepBestName, "best.safetensors",
        "A checkpoint to write whenever the validation loss is the lowest so far.");

    /// <summary>The options of checkpoints, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfCheckpoint => [SaveOption, SaveEveryOption, KeepBestOption];

    /// <summary>The option of the log, the flag to replace files, and that to show less, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfLog => [LogOption, ForceFlag, QuietFlag];

    /// <summary>The flag of all commands that write files.</summary>
    public static System.CommandLine.Option<bool> ForceFlag { get; } = TypedOption.Flag("--force",
        "Replace files that exist, whatever they hold. Without it, only a run that goes on replaces its own.");

    /// <summary>The files that a training run writes, if they overwrite none of those that it reads.</summary>
    public static Validation<Problem, OutputOptions> Parse(ParseResult parse, RunOptions run)
    {
        var (log, save, force) = (LogOption.ParseOptional(parse), SaveOption.ParseOptional(parse), parse.GetValue(ForceFlag));
        var keepBest = KeepBestOption.ParseOptional(parse);
        var outputs = new[]
        {
            save.IfFail(None).Map(path => CheckpointAt(path, SaveName, run.Resume)),
            keepBest.IfFail(None).Map(path => CheckpointAt(path, KeepBestName, HoldsBestOf(run, path) ? path : run.Resume)),
            log.IfFail(None).Map(path => new OutputFile(path, "--log", FileFormat.Log,
                run.Resume.IsSome ? WriteMode.Continued : WriteMode.InPlace, GoesOnFrom: None, Alternative: None)),
        };
        return (log, save, ParseSaveEvery(parse), keepBest.Bind(path => CheckValidation(path, run.Given)),
            FileGuard.Check(run.Inputs, outputs.Somes(), force)).Apply((logged, saved, every, best, _) =>
                new OutputOptions(logged, saved, every, best, force, parse.GetValue(QuietFlag)));
    }

    private static OutputFile CheckpointAt(string path, string option, Option<string> goesOnFrom) => new(
        path, option, FileFormat.Checkpoint, WriteMode.Atomic, goesOnFrom,
        Alternative: $"--resume {ShellWord.Quote(path)} goes on from it");

    // A run that is resumed goes on with the best that it kept before.
    private static bool HoldsBestOf(RunOptions run, string path) => run.Resumed.IfFail(None).Exists(saved =>
        !FileIdentity.IsSpecial(path) && CheckpointStore.Read(path).Exists(kept => kept.IsBestOf(saved)));

    private static Validation<Problem, Option<string>> CheckValidation(Option<string> path, GivenSettings given) =>
        path.IsSome && given.ProblemsOf("validation").IsEmpty && given.Run.Validation == 0
            ? new Problem("--keep-best says where to keep the best, and no documents are held out to find it by; "
                + "write --validation 0.1, too.")
            : path;

    // The number of steps from one save to the next, which needs a checkpoint to write.
    private static Validation<Problem, Option<int>> ParseSaveEvery(ParseResult parse) =>
        SaveEveryOption.ParseOptional(parse).Bind<Option<int>>(steps => steps.IsSome && parse.GetResult(SaveOption) is null
            ? new Problem("--save-every says when to save, but not where; write --save model.safetensors, too.")
            : steps);
}
