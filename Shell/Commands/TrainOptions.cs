using System.Numerics;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Shell.Arguments;
using MicroGpt.Shell.Data;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Commands;

/// <summary>
/// What a run of training is told on the command line: the documents, unless they are to be fetched; the configuration, given a
/// number of tokens that only the documents tell; and the rest.
/// </summary>
internal sealed record TrainOptions(
    Option<Corpus> Corpus,
    Func<int, Validation<Problem, Configuration>> Configuration,
    Schedule Schedule,
    BigInteger Seed,
    double Temperature,
    int Samples,
    Func<Gpt, Engine> Engine,
    Option<string> Log)
{
    private const int FewestTokens = 2; // a character and BOS

    private static readonly Setting<string> DataSetting = Setting.File("--data", "names.txt",
        "The text to learn from: UTF-8, one document on each line.");
    private static readonly Setting<int> NEmbd = Setting.Count("--n-embd", 16, 1,
        "How many numbers stand for a token; a multiple of the number of heads.");
    private static readonly Setting<int> NHead = Setting.Count("--n-head", 4, 1,
        "How many attention heads share them.");
    private static readonly Setting<int> NLayer = Setting.Count("--n-layer", 1, 1,
        "How many transformer blocks stand on one another.");
    private static readonly Setting<int> BlockSize = Setting.Count("--block-size", 16, 1,
        "How many positions the model sees at most; what is longer is cut short.");
    private static readonly Setting<int> Steps = Setting.Count("--steps", 1000, 1,
        "How many steps to train, each on one document.");
    private static readonly Setting<double> LearningRate = Setting.Positive("--learning-rate", 0.01,
        "How fast to learn at first; the rate falls to 0 in a straight line.");
    private static readonly Setting<BigInteger> SeedSetting = Setting.Natural("--seed", 42,
        "Where chance begins: the same seed gives the same run.");
    private static readonly Setting<double> TemperatureSetting = Setting.Positive("--temperature", 0.5,
        "How daring the samples are: below 1 the likely becomes likelier.");
    private static readonly Setting<int> SamplesSetting = Setting.Count("--samples", 20, 0,
        "How many samples to invent after training.");
    private static readonly Setting<Func<Gpt, Engine>> EngineSetting = Setting.Choice<Func<Gpt, Engine>>(
        "--engine", [("compiled", gpt => CompiledEngine.Of<double>(gpt, documents: 1)), ("scalar", Engines.Scalar)],
        "How gradients are computed. compiled: by kernels on whole matrices; scalar: one number at a time, as the original does.");
    private static readonly Setting<string> LogSetting = Setting.File("--log", "log.csv",
        "A CSV file to write: step,loss,learning_rate.");

    /// <summary>The options, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All =>
    [
        DataSetting.Option, NEmbd.Option, NHead.Option, NLayer.Option, BlockSize.Option, Steps.Option, LearningRate.Option,
        SeedSetting.Option, TemperatureSetting.Option, SamplesSetting.Option, EngineSetting.Option, LogSetting.Option,
    ];

    /// <summary>The options of a command line, the data being read, or everything that is wrong with them.</summary>
    public static Validation<Problem, TrainOptions> In(ParseResult parse)
    {
        var configuration = (NEmbd.In(parse), NHead.In(parse), NLayer.In(parse), BlockSize.In(parse)).Apply(
            (nEmbd, nHead, nLayer, blockSize) => Valid(tokens => Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, tokens)))
            .Bind(identity);
        var training = (Steps.In(parse), LearningRate.In(parse)).Apply(Schedule.Create).Bind(identity);
        var generation = (SeedSetting.In(parse), TemperatureSetting.In(parse), SamplesSetting.In(parse)).Apply(
            (seed, temperature, samples) => (seed, temperature, samples));
        var data = DataSetting.IfGivenIn(parse).Map(Names.Local);
        var corpus = data.Bind(path => path.Map(Names.Read).Sequence().ToValidation());
        var log = LogSetting.IfGivenIn(parse).Bind(path => Apart(data.IfFail(None), path));
        var engine = EngineSetting.In(parse);
        return (Unknown.In(parse), configuration, training, generation, corpus, log, engine).Apply(
            (_, sizes, schedule, drawn, documents, file, compute) =>
                new TrainOptions(documents, sizes, schedule, drawn.seed, drawn.temperature, drawn.samples, compute, file));
    }

    // Sizes that are wrong for the smallest number of tokens are wrong for every one.
    private static Validation<Problem, Func<int, Validation<Problem, Configuration>>> Valid(
        Func<int, Validation<Problem, Configuration>> create) =>
        create(FewestTokens).Map(_ => create);

    private static Validation<Problem, Option<string>> Apart(Option<string> data, Option<string> log) =>
        data.Exists(read => log.Exists(written => Path.GetFullPath(read) == Path.GetFullPath(written)))
            ? new Problem($"--log would overwrite the data in {data.IfNone("")}; name another file.")
            : log;
}
