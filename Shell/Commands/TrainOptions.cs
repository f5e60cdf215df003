using LanguageExt;
using MicroGpt.Shell.Arguments;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Commands;

/// <summary>What a run of training is told on the command line: the model and its documents, how to learn, and what comes of it.</summary>
internal sealed record TrainOptions(
    ModelOptions Model,
    Schedule Schedule,
    double Temperature,
    int Samples,
    EngineOptions Engine,
    Option<string> Log)
{
    private static readonly Setting<int> Steps = Setting.Count("--steps", 1000, 1,
        "How many steps to train.");
    private static readonly Setting<double> LearningRate = Setting.Positive("--learning-rate", 0.01,
        "How fast to learn at first; the rate falls to 0 in a straight line.");
    private static readonly Setting<double> TemperatureSetting = Setting.Positive("--temperature", 0.5,
        "How daring the samples are: below 1 the likely becomes likelier.");
    private static readonly Setting<int> SamplesSetting = Setting.Count("--samples", 20, 0,
        "How many samples to invent after training.");
    private static readonly Setting<string> LogSetting = Setting.File("--log", "log.csv",
        "A CSV file to write: step,loss,learning_rate.");

    /// <summary>How many documents a step takes.</summary>
    public static Setting<int> BatchSize { get; } = Setting.Count("--batch-size", 1, 1,
        "How many documents a step learns from; its loss is the mean of theirs.");

    /// <summary>The options, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All =>
    [
        .. ModelOptions.All, Steps.Option, BatchSize.Option, LearningRate.Option, ModelOptions.SeedOption, TemperatureSetting.Option, SamplesSetting.Option,
        EngineOptions.Engine.Option, .. EngineOptions.OfCompiled, LogSetting.Option,
    ];

    /// <summary>The options of a command line, the data being read, or everything that is wrong with them.</summary>
    public static Validation<Problem, TrainOptions> In(ParseResult parse)
    {
        var training = (Steps.In(parse), LearningRate.In(parse), BatchSize.In(parse)).Apply(Schedule.Create).Bind(identity);
        var generation = (TemperatureSetting.In(parse), SamplesSetting.In(parse)).Apply((temperature, samples) => (temperature, samples));
        var log = ModelOptions.Apart(LogSetting, parse);
        return (Unknown.In(parse), ModelOptions.In(parse), training, generation, log, EngineOptions.In(parse)).Apply(
            (_, model, schedule, invented, file, engine) =>
                new TrainOptions(model, schedule, invented.temperature, invented.samples, engine, file));
    }
}
