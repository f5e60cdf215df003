using LanguageExt;
using MicroGpt.Reports;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The files that training writes: the log, and the checkpoint with the number of steps from one save to the next.</summary>
internal sealed record OutputOptions(Option<string> Log, Option<string> Save, Option<int> SaveEvery)
{
    private static readonly TypedOption<string> LogOption = TypedOption.File("--log", "log.csv",
        $"A CSV file to write: {TrainingLog.ColumnSummary}.");
    private static readonly TypedOption<string> SaveOption = TypedOption.File("--save", "model.safetensors",
        "A checkpoint to write when training ends, or is interrupted.");
    private static readonly TypedOption<int> SaveEveryOption = TypedOption.Optional("--save-every", "n", "100",
        "Write the checkpoint every n steps, too.", (name, text) => NumberParser.ParseCount(1, name, text));

    /// <summary>The options of the checkpoint, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfCheckpoint => [SaveOption, SaveEveryOption];

    /// <summary>The option of the log.</summary>
    public static CommandOption OfLog => LogOption;

    /// <summary>The path of the checkpoint to write, which must not be that of the data.</summary>
    public static Validation<Problem, Option<string>> ParseSave(ParseResult parse, Validation<Problem, Option<string>> data) =>
        SaveOption.ParseOptional(parse).Bind(path => RefuseOverwriting("--save", path, data));

    /// <summary>The path of the log, which must be that of no other file of the run.</summary>
    public static Validation<Problem, Option<string>> ParseLog(
        ParseResult parse, Validation<Problem, Option<string>> data, Validation<Problem, Option<string>> resumed) =>
        LogOption.ParseOptional(parse).Bind(path => RefuseOverwriting("--log", path, data, SaveOption.ParseOptional(parse), resumed));

    /// <summary>The number of steps from one save to the next, which needs a checkpoint to write.</summary>
    public static Validation<Problem, Option<int>> ParseSaveEvery(ParseResult parse) =>
        SaveEveryOption.ParseOptional(parse).Bind<Option<int>>(steps => steps.IsSome && parse.GetResult(SaveOption) is null
            ? new Problem("--save-every says when to save, but not where; write --save model.safetensors, too.")
            : steps);

    /// <summary>The path to write to, unless it is that of a file which the command needs.</summary>
    public static Validation<Problem, Option<string>> RefuseOverwriting(
        string option, Option<string> written, params ReadOnlySpan<Validation<Problem, Option<string>>> needed)
    {
        foreach (var outcome in needed)
        {
            var path = outcome.IfFail(Option<string>.None);
            if (AreSame(written, path))
                return new Problem($"{option} would overwrite {path.IfNone("")}, which is needed; name another file.");
        }
        return written;
    }

    /// <summary>True if two paths are given and lead to the same file.</summary>
    public static bool AreSame(Option<string> one, Option<string> other) =>
        one.Exists(path => other.Exists(second => Path.GetFullPath(path) == Path.GetFullPath(second)));
}
