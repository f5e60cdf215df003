using System.Numerics;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>How a command is told to compute: by which engine, how precisely, on how many threads.</summary>
internal sealed record EngineOptions(bool IsScalar, bool IsSingle, int Threads)
{
    private static readonly TypedOption<bool> Precision = TypedOption.Choice("--precision", [("double", false), ("single", true)],
        "How precisely the compiled engine computes: in numbers of 64 bits, as the original, or of 32.");
    private static readonly TypedOption<int> ThreadsSetting = TypedOption.Count("--threads", Environment.ProcessorCount, 1,
        "How many threads compute, where batches are large enough to share. The results do not depend on it.");

    /// <summary>The engine alone.</summary>
    public static TypedOption<bool> Engine { get; } = TypedOption.Choice("--engine", [("compiled", false), ("scalar", true)],
        "How gradients are computed. compiled: by kernels on whole matrices; scalar: one number at a time, as the original does.");

    /// <summary>How the compiled engine computes.</summary>
    public static IEnumerable<CommandOption> OfCompiled => [Precision.Option, ThreadsSetting.Option];

    /// <summary>The options of a command line that leaves the compiled engine no choice, or what is wrong with them.</summary>
    public static Validation<Problem, EngineOptions> OfCompiledIn(ParseResult parse) =>
        (Precision.In(parse), ThreadsSetting.In(parse)).Apply((single, threads) => new EngineOptions(false, single, threads));

    /// <summary>The options of a command line, or what is wrong with them.</summary>
    public static Validation<Problem, EngineOptions> In(ParseResult parse) =>
        (Engine.In(parse), Precision.In(parse), ThreadsSetting.In(parse))
            .Apply((scalar, single, threads) => new EngineOptions(scalar, single, threads))
            .Bind(options => options is { IsScalar: true, IsSingle: true }
                ? new Problem("--precision is single, and --engine scalar computes in double only; leave one of the two out.")
                : Validation<Problem, EngineOptions>.Success(options));

    /// <summary>The options that follow a plan.</summary>
    public static EngineOptions Of(RunConfiguration plan, int threads) =>
        new(plan.Engine == EngineKind.Scalar, plan.Precision == Training.Precision.Single, threads);

    /// <summary>The plan of a run that computes so.</summary>
    public Validation<Problem, RunConfiguration> Plan(TrainingSchedule schedule, BigInteger seed, double validation) => Training.RunConfiguration.Create(
        schedule, seed, IsSingle ? Training.Precision.Single : Training.Precision.Double, IsScalar ? EngineKind.Scalar : EngineKind.Compiled, validation);

    /// <summary>The engine itself.</summary>
    public static Engine Of(Gpt gpt, bool isScalar) => isScalar ? Scalar(gpt) : CompiledEngine.Compile<double>(gpt, documents: 1);

    /// <summary>The trainer that computes so.</summary>
    public Trainer Trainer(Gpt gpt, TrainingData course) =>
        IsScalar ? Trainers.Create(Scalar(gpt), course)
        : IsSingle ? CompiledTrainer.Compile<float>(gpt, course, Threads)
        : CompiledTrainer.Compile<double>(gpt, course, Threads);

    /// <summary>The decoder that computes so.</summary>
    public Decoder Decoder(Gpt gpt, Parameters parameters) =>
        IsScalar ? Generation.Decoder.Of(gpt, parameters)
        : IsSingle ? CompiledDecoder.Compile<float>(gpt, parameters)
        : CompiledDecoder.Compile<double>(gpt, parameters);

    // When a step is over, nothing of its graph is alive: there is no cheaper moment to collect, and the next graph finds warm memory.
    private static Engine Scalar(Gpt gpt)
    {
        var engine = Engines.Scalar(gpt);
        return (parameters, batch) =>
        {
            var step = engine(parameters, batch);
            GC.Collect(generation: 0);
            return step;
        };
    }
}
