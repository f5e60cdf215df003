using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>What training keeps: a log, checkpoints every so many steps and at the end; and the checkpoint that it goes on from.</summary>
internal sealed record OutputOptions(Option<string> Log, Option<string> Save, Option<int> SaveEvery, Option<Checkpoint> Resumed, bool Extend)
{
    private static readonly TypedOption<string> LogSetting = TypedOption.File("--log", "log.csv",
        $"A CSV file to write: {TrainingLog.ColumnSummary}.");
    private static readonly TypedOption<string> SaveSetting = TypedOption.File("--save", "model.safetensors",
        "A checkpoint to write when training ends, or is interrupted.");
    private static readonly TypedOption<int> SaveEverySetting = TypedOption.Optional("--save-every", "n", "100",
        "Write it every n steps, too.", (name, text) => NumberParser.Count(1, name, text));
    private static readonly TypedOption<string> Resume = TypedOption.File("--resume", "model.safetensors",
        "A checkpoint to go on from, as if training had never stopped. It tells all options that are left out.");
    private static readonly System.CommandLine.Option<bool> ExtendFlag = TypedOption.Flag("--extend",
        "Resume for more steps than the run was to make. The learning rate then falls more slowly.");

    /// <summary>The options, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All => [SaveSetting.Option, SaveEverySetting.Option, Resume.Option, ExtendFlag, LogSetting.Option];

    /// <summary>The options of a command line, the checkpoint being read, or everything that is wrong with them.</summary>
    public static Validation<Problem, OutputOptions> In(ParseResult parse)
    {
        var data = ModelOptions.DataIn(parse).IfFail(None);
        var save = SaveSetting.IfGivenIn(parse).Bind(path => Apart("--save", path, data).Bind(CanSave));
        var log = LogSetting.IfGivenIn(parse).Bind(path => Apart("--log", path, data))
            .Bind(path => Apart("--log", path, SaveSetting.IfGivenIn(parse).IfFail(None)))
            .Bind(path => Apart("--log", path, Resume.IfGivenIn(parse).IfFail(None)));
        var every = SaveEverySetting.IfGivenIn(parse).Bind<Option<int>>(steps => steps.IsSome && parse.GetResult(SaveSetting.Option) is null
            ? new Problem("--save-every says when to save, but not where; write --save model.safetensors, too.")
            : steps);
        var extend = parse.GetValue(ExtendFlag) && parse.GetResult(Resume.Option) is null
            ? new Problem("--extend says that a run is to grow, but not which; write --resume model.safetensors, too.")
            : Validation<Problem, bool>.Success(parse.GetValue(ExtendFlag));
        var resumed = Resume.IfGivenIn(parse).Read(CheckpointStore.Read);
        return (log, save, every, resumed, extend).Apply((log, save, every, resumed, extend) => new OutputOptions(log, save, every, resumed, extend));
    }

    /// <summary>The path of a file to write, unless it is that of another which is read.</summary>
    public static Validation<Problem, Option<string>> Apart(string option, Option<string> written, Option<string> other) =>
        other.Exists(path => written.Exists(mine => Path.GetFullPath(path) == Path.GetFullPath(mine)))
            ? new Problem($"{option} would overwrite {other.IfNone("")}, which is needed; name another file.")
            : written;

    // Found out before the first step, not after the last.
    private static Validation<Problem, Option<string>> CanSave(Option<string> path) =>
        path.Bind(CheckpointStore.Refusal).Match(
            Some: problem => problem,
            None: () => Validation<Problem, Option<string>>.Success(path));
}
