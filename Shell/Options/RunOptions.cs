using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Data;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The settings of a run from all sources: the command line, a configuration file, a checkpoint to resume.</summary>
/// <param name="Given">The settings.</param>
/// <param name="Config">The path of the configuration file.</param>
/// <param name="Resume">The path of the checkpoint.</param>
/// <param name="Resumed">The checkpoint, if one is named, or every problem with the two files.</param>
internal sealed record RunOptions(
    GivenSettings Given, Option<string> Config, Option<string> Resume, Validation<Problem, Option<Checkpoint>> Resumed)
{
    private static readonly TypedOption<string> ConfigOption = TypedOption.File("--config", "run.json",
        "A JSON file of settings, such as --print-config writes. The command line overrides it.");
    private static readonly TypedOption<string> ResumeOption = TypedOption.File("--resume", "model.safetensors",
        "A checkpoint to continue, as if training had never stopped. It supplies all options that are left out.");

    /// <summary>The options of the two files, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfFiles => [ConfigOption, ResumeOption];

    /// <summary>True if a resumed run may make more steps than it was started with.</summary>
    public static System.CommandLine.Option<bool> ExtendFlag { get; } = TypedOption.Flag("--extend",
        "Resume for more steps than the run had. The learning rate then falls more slowly.");

    /// <summary>The configuration, or every problem with the settings and their files.</summary>
    public Validation<Problem, RunConfiguration> Configuration => (Resumed, Given.Validate()).Apply((_, run) => run);

    /// <summary>The files that the run reads.</summary>
    public IEnumerable<InputFile> Inputs =>
    [
        .. CorpusSource.AsInput(Given),
        .. Config.Map(path => new InputFile(path, "--config names")),
        .. Resume.Map(path => new InputFile(path, "--resume names")),
        .. WeightsPath.Map(path => new InputFile(path, "--weights names")),
    ];

    /// <summary>The weights that the run begins with, if a file is named. A resumed run has begun already.</summary>
    public Validation<Problem, Option<Weights>> ReadWeights() =>
        WeightsPath.Map(path => CheckpointStore.ReadWeights(path).ToValidation()).Sequence();

    private Option<string> WeightsPath => Resume.IsSome || !Given.ProblemsOf("weights").IsEmpty ? None : Given.Run.Weights;

    /// <summary>The options of a command line. The two files are read.</summary>
    public static RunOptions Read(ParseResult parse)
    {
        var (config, resume) = (ConfigOption.ParseOptional(parse), ResumeOption.ParseOptional(parse));
        var (texts, resumed) = (config.Then(ConfigurationStore.Read), resume.Then(CheckpointStore.Read));
        var (configPath, resumePath) = (config.IfFail(None), resume.IfFail(None));
        var saved = resumed.IfFail(None).Match(
            Some: checkpoint => GivenSettings.Saved(checkpoint.RunConfiguration, SettingSource.Checkpoint(resumePath.IfNone(""))),
            None: () => GivenSettings.None);
        var configured = texts.IfFail(None).Match(
            Some: settings => saved.With(SettingSource.File(configPath.IfNone("")), settings),
            None: () => saved);
        return new(
            SettingOptions.Read(parse, configured), configPath, resumePath, (texts, resumed).Apply((_, checkpoint) => checkpoint));
    }

    /// <summary>True if a resumed run may grow, or the problem that no run is resumed.</summary>
    public static Validation<Problem, bool> ParseExtend(ParseResult parse) =>
        parse.GetValue(ExtendFlag) && !ResumeOption.IsGiven(parse)
            ? new Problem("--extend says that a run is to grow, but not which; write --resume model.safetensors, too.")
            : parse.GetValue(ExtendFlag);
}
