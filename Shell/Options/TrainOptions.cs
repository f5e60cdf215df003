using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Training;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The options of a training run, but for its files: the model, its training, and the samples after it.</summary>
internal sealed record TrainOptions(
    ModelOptions Model,
    TrainingSchedule Schedule,
    double Validation,
    Temperature Temperature,
    int Samples,
    EngineOptions Engine,
    Optimizer Optimizer,
    bool Quiet)
{
    private static readonly TypedOption<int> StepsOption = TypedOption.Count("--steps", 1000, 1,
        "The number of training steps.");
    private static readonly TypedOption<double> LearningRateOption = TypedOption.Positive("--learning-rate", 0.01,
        "The learning rate of the first step; it falls linearly to 0.");
    private static readonly TypedOption<double> ValidationOption = TypedOption.Share("--validation", 0,
        "The share of the documents to hold out, such as 0.1: the model does not learn from them, and their loss per token is shown.");
    private static readonly TypedOption<Temperature> TemperatureOption = TypedOption.Temperature(
        "The temperature of the samples: below 1, likely characters become likelier; at 0, each is the likeliest.");
    private static readonly TypedOption<int> SamplesOption = TypedOption.Count("--samples", 20, 0,
        "The number of samples after training.");
    private static readonly System.CommandLine.Option<bool> QuietFlag = TypedOption.Flag("--quiet",
        "Show the samples and nothing else.");
    private static readonly TypedOption<string> ResumeOption = TypedOption.File("--resume", "model.safetensors",
        "A checkpoint to continue, as if training had never stopped. It supplies all options that are left out.");
    private static readonly System.CommandLine.Option<bool> ExtendFlag = TypedOption.Flag("--extend",
        "Resume for more steps than the run had. The learning rate then falls more slowly.");

    /// <summary>The number of documents of a step.</summary>
    public static TypedOption<int> BatchSizeOption { get; } = TypedOption.Count("--batch-size", 1, 1,
        "The number of documents of a step; its loss is the mean of theirs.");

    /// <summary>All options of training, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All =>
    [
        .. ModelOptions.All, StepsOption, BatchSizeOption, LearningRateOption, ModelOptions.SeedOption, ValidationOption, TemperatureOption,
        SamplesOption, .. OptimizerOptions.All, EngineOptions.EngineOption, .. EngineOptions.OfCompiled, .. OutputOptions.OfCheckpoint,
        ResumeOption, ExtendFlag,
        .. OutputOptions.OfFiles, QuietFlag,
    ];

    /// <summary>The options that a command line repeats when it resumes the run: all but those of its beginning and its end.</summary>
    public static IEnumerable<CommandOption> Repeated => All.Except([StepsOption, ResumeOption, ExtendFlag, OutputOptions.ForceFlag]);

    /// <summary>The path of the checkpoint to resume.</summary>
    public static Validation<Problem, Option<string>> ParseResume(ParseResult parse) => ResumeOption.ParseOptional(parse);

    /// <summary>True if a resumed run may make more steps than it was started with.</summary>
    public static Validation<Problem, bool> ParseExtend(ParseResult parse) =>
        parse.GetValue(ExtendFlag) && parse.GetResult(ResumeOption) is null
            ? new Problem("--extend says that a run is to grow, but not which; write --resume model.safetensors, too.")
            : parse.GetValue(ExtendFlag);

    /// <summary>The options of a command line, or every problem with them. A checkpoint supplies those that are left out.</summary>
    public static Validation<Problem, TrainOptions> Parse(ParseResult parse, Option<Checkpoint> resumed)
    {
        var run = resumed.Map(checkpoint => checkpoint.RunConfiguration);
        var schedule = (
            StepsOption.ParseOr(run, of => of.Schedule.Steps, parse),
            LearningRateOption.ParseOr(run, of => of.Schedule.LearningRate, parse),
            BatchSizeOption.ParseOr(run, of => of.Schedule.BatchSize, parse)).Apply(TrainingSchedule.Create).Flatten();
        return (
            ModelOptions.Parse(parse, resumed),
            schedule,
            ValidationOption.ParseOr(run, of => of.Validation, parse),
            TemperatureOption.Parse(parse),
            SamplesOption.Parse(parse),
            EngineOptions.Parse(parse, run),
            OptimizerOptions.Parse(parse, run)).Apply((model, scheduled, validation, temperature, samples, engine, optimizer) =>
                new TrainOptions(model, scheduled, validation, temperature, samples, engine, optimizer, parse.GetValue(QuietFlag)));
    }
}
