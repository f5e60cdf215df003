using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The engine that computes, its precision, and its number of threads. The scalar engine has no single precision.</summary>
internal sealed record EngineOptions
{
    private static readonly TypedOption<Precision> PrecisionOption = TypedOption.Choice("--precision",
        [("double", Precision.Double), ("single", Precision.Single)],
        "The precision of the compiled engine: double, 64 bits, as the original; or single, 32 bits.");
    private static readonly TypedOption<int> ThreadsOption = TypedOption.Count("--threads", Environment.ProcessorCount, 1,
        "The number of threads, for batches that are large enough to share. The results do not depend on it.");

    private EngineOptions(EngineKind engine, Precision precision, int threads) =>
        (Engine, Precision, Threads) = (engine, precision, threads);

    /// <summary>The engine.</summary>
    public EngineKind Engine { get; }

    /// <summary>The precision of all computation.</summary>
    public Precision Precision { get; }

    /// <summary>The largest number of threads that a training step uses.</summary>
    public int Threads { get; }

    /// <summary>The option of the engine.</summary>
    public static TypedOption<EngineKind> EngineOption { get; } = TypedOption.Choice("--engine",
        [("compiled", EngineKind.Compiled), ("scalar", EngineKind.Scalar)],
        "The way to compute gradients. compiled: by kernels on whole matrices; scalar: one number at a time, as the original does.");

    /// <summary>The options of the compiled engine, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfCompiled => [PrecisionOption, ThreadsOption];

    /// <summary>The compiled engine.</summary>
    public static EngineOptions Compiled(Precision precision, int threads) => new(EngineKind.Compiled, precision, threads);

    /// <summary>The scalar engine.</summary>
    public static EngineOptions Scalar(int threads) => new(EngineKind.Scalar, Precision.Double, threads);

    /// <summary>The engine of a saved run.</summary>
    public static EngineOptions Of(RunConfiguration run, int threads) =>
        run.Engine == EngineKind.Scalar ? Scalar(threads) : Compiled(run.Precision, threads);

    /// <summary>The options of a command that always uses the compiled engine.</summary>
    public static Validation<Problem, EngineOptions> ParseCompiled(ParseResult parse) =>
        (PrecisionOption.Parse(parse), ThreadsOption.Parse(parse)).Apply(Compiled);

    /// <summary>The options of a command line. A run that is resumed supplies those that the command line leaves out.</summary>
    public static Validation<Problem, EngineOptions> Parse(ParseResult parse, Option<RunConfiguration> saved) => (
        EngineOption.ParseOr(saved, run => run.Engine, parse),
        PrecisionOption.ParseOr(saved, run => run.Precision, parse),
        ThreadsOption.Parse(parse)).Apply(Create).Flatten();

    /// <summary>An engine of gradients in double precision, for checks of one document.</summary>
    public static Engine CreateEngine(EngineKind engine, Gpt gpt) =>
        engine == EngineKind.Scalar ? CreateScalarEngine(gpt) : CompiledEngine.Compile<double>(gpt, documents: 1);

    /// <summary>The trainer of a GPT on this data, by an optimizer, Adam if none is given.</summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public Trainer CreateTrainer(Gpt gpt, TrainingData data, Observer observer = default, Optimizer? optimizer = null) =>
        (Engine, Precision) switch
        {
            (EngineKind.Scalar, _) => Trainers.Create(CreateScalarEngine(gpt), data, optimizer),
            (_, Precision.Single) => CompiledTrainer.Compile<float>(gpt, data, Threads, observer, optimizer),
            _ => CompiledTrainer.Compile<double>(gpt, data, Threads, observer, optimizer),
        };

    /// <summary>The kernels of each step that the compiled engine makes from this state, on one thread.</summary>
    public Func<int, ImmutableArray<Kernel>> CreateKernels(Gpt gpt, TrainingData data, TrainingState from) => Precision == Precision.Single
        ? CompiledTrainer.CompileKernels<float>(gpt, data, from)
        : CompiledTrainer.CompileKernels<double>(gpt, data, from);

    /// <summary>The decoder of a GPT with these parameters.</summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public Decoder CreateDecoder(Gpt gpt, Parameters parameters, Observer observer = default) => (Engine, Precision) switch
    {
        (EngineKind.Scalar, _) => Decoder.Of(gpt, parameters),
        (_, Precision.Single) => CompiledDecoder.Compile<float>(gpt, parameters, observer),
        _ => CompiledDecoder.Compile<double>(gpt, parameters, observer),
    };

    /// <summary>The decoder of a checkpoint, which computes as the saved run did.</summary>
    public static Decoder CreateDecoder(Checkpoint checkpoint) =>
        Of(checkpoint.RunConfiguration, threads: 1).CreateDecoder(new(checkpoint.Configuration), checkpoint.State.Parameters);

    /// <summary>A state rounded to the precision, as the trainer rounds it before its first step.</summary>
    public TrainingState Round(TrainingState state) => Precision == Precision.Double ? state : state with
    {
        Parameters = RoundToSingle(state.Parameters),
        Slots = [.. state.Slots.Select(RoundToSingle)],
    };

    private static T RoundToSingle<T>(T numbers) where T : ParameterValues =>
        (T)(numbers with { Values = [.. numbers.Values.Select(x => (double)(float)x)] });

    private static Validation<Problem, EngineOptions> Create(EngineKind engine, Precision precision, int threads) =>
        (engine, precision) switch
        {
            (EngineKind.Scalar, Precision.Single) =>
                new Problem("--precision is single, and --engine scalar computes in double only; leave one of the two out."),
            (EngineKind.Scalar, _) => Scalar(threads),
            _ => Compiled(precision, threads),
        };

    // After a step its graph is garbage. A collection is cheap then, and the next graph reuses memory that is still in the cache.
    private static Engine CreateScalarEngine(Gpt gpt)
    {
        var engine = Engines.Scalar(gpt);
        return (parameters, batch, cancellation) =>
        {
            var step = engine(parameters, batch, cancellation);
            GC.Collect(generation: 0);
            return step;
        };
    }
}
