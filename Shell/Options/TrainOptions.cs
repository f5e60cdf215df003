using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>What a run of training is told on the command line: the model and its documents, how to learn, and what comes of it.</summary>
internal sealed record TrainOptions(
    ModelOptions Model,
    TrainingSchedule Schedule,
    double Validation,
    double Temperature,
    int Samples,
    EngineOptions Engine,
    OutputOptions Files,
    bool Quiet)
{
    private static readonly TypedOption<int> Steps = TypedOption.Count("--steps", 1000, 1,
        "How many steps to train.");
    private static readonly TypedOption<double> LearningRate = TypedOption.Positive("--learning-rate", 0.01,
        "How fast to learn at first; the rate falls to 0 in a straight line.");
    private static readonly TypedOption<double> ValidationSetting = TypedOption.Share("--validation", 0,
        "Which share of the documents, such as 0.1, is not learned from, but shows how well others are guessed.");
    private static readonly TypedOption<double> TemperatureSetting = TypedOption.Positive("--temperature", 0.5,
        "How daring the samples are: below 1 the likely becomes likelier.");
    private static readonly TypedOption<int> SamplesSetting = TypedOption.Count("--samples", 20, 0,
        "How many samples to invent after training.");
    private static readonly System.CommandLine.Option<bool> QuietFlag = TypedOption.Flag("--quiet",
        "Show the samples and nothing else.");

    /// <summary>How many documents a step takes.</summary>
    public static TypedOption<int> BatchSize { get; } = TypedOption.Count("--batch-size", 1, 1,
        "How many documents a step learns from; its loss is the mean of theirs.");

    /// <summary>The options, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All =>
    [
        .. ModelOptions.All, Steps.Option, BatchSize.Option, LearningRate.Option, ModelOptions.SeedOption, ValidationSetting.Option,
        TemperatureSetting.Option, SamplesSetting.Option, EngineOptions.Engine.Option, .. EngineOptions.OfCompiled, .. OutputOptions.All, QuietFlag,
    ];

    /// <summary>
    /// The options of a command line, the data being read, or everything that is wrong with them. What it does not tell, a checkpoint
    /// that it resumes does.
    /// </summary>
    public static Validation<Problem, TrainOptions> In(ParseResult told)
    {
        var files = OutputOptions.In(told);
        var parse = files.Bind(named => named.Resumed.ToValidation(new Problem(""))).Match(
            Succ: saved => Completed(told, saved), Fail: _ => told);
        var training = (Steps.In(parse), LearningRate.In(parse), BatchSize.In(parse)).Apply(TrainingSchedule.Create).Bind(identity);
        var generation = (TemperatureSetting.In(parse), SamplesSetting.In(parse)).Apply((temperature, samples) => (temperature, samples));
        return (Unknown.In(told), files, ModelOptions.In(parse), training, ValidationSetting.In(parse), generation, EngineOptions.In(parse)).Apply(
            (_, named, model, schedule, validation, invented, engine) => new TrainOptions(
                model, schedule, validation, invented.temperature, invented.samples, engine, named, told.GetValue(QuietFlag)));
    }

    private static ParseResult Completed(ParseResult told, Checkpoint saved)
    {
        var command = told.CommandResult.Command;
        var untold =
            from term in saved.Settings
            let option = command.Options.FirstOrDefault(option => option.Name == $"--{term.Name.Replace('_', '-')}")
            where option is not null && told.GetResult(option) is null or { Implicit: true }
            from token in (string[])[option.Name, term.Text]
            select token;
        return told.RootCommandResult.Command.Parse([.. told.Tokens.Select(token => token.Value), .. untold], told.Configuration);
    }
}
