using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The backend that computes, and its number of threads.</summary>
/// <param name="Backend">The engine in its precision.</param>
/// <param name="Threads">The largest number of threads that a training step uses.</param>
internal sealed record EngineOptions(Backend Backend, int Threads)
{
    private static readonly TypedOption<Precision> PrecisionOption = Choice("--precision", backend => backend.Precision,
        "The precision of the compiled engine: double, 64 bits, as the original; or single, 32 bits.");
    private static readonly TypedOption<int> ThreadsOption = TypedOption.Count("--threads", Environment.ProcessorCount, 1,
        "The number of threads, for batches that are large enough to share. The results do not depend on it.");

    /// <summary>The option of the engine.</summary>
    public static TypedOption<EngineKind> EngineOption { get; } = Choice("--engine", backend => backend.Engine,
        "The way to compute. compiled: by kernels on whole matrices; scalar: one number at a time, as the original does; "
        + "expression: by evaluating expressions of matrices.");

    /// <summary>The options of the compiled engine, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfCompiled => [PrecisionOption, ThreadsOption];

    /// <summary>The options of a command that always uses the compiled engine.</summary>
    public static Validation<Problem, EngineOptions> ParseCompiled(ParseResult parse) =>
        (PrecisionOption.Parse(parse), ThreadsOption.Parse(parse))
            .Apply((precision, threads) => Create(EngineKind.Compiled, precision, threads)).Flatten();

    /// <summary>The options of a command line. A run that is resumed supplies those that the command line leaves out.</summary>
    public static Validation<Problem, EngineOptions> Parse(ParseResult parse, Option<RunConfiguration> saved) => (
        EngineOption.ParseOr(saved, run => run.Engine, parse),
        PrecisionOption.ParseOr(saved, run => run.Precision, parse),
        ThreadsOption.Parse(parse)).Apply(Create).Flatten();

    /// <summary>The decoder of a checkpoint, which computes as the saved run did.</summary>
    public static Decoder CreateDecoder(Checkpoint checkpoint)
    {
        var run = checkpoint.RunConfiguration;
        return Backends.Find(run.Engine, run.Precision).IfNone(() => Backends.InDouble(run.Engine))
            .CreateDecoder(new(checkpoint.Configuration), checkpoint.State.Parameters);
    }

    /// <summary>A state rounded to the precision, as the trainer rounds it before its first step.</summary>
    public TrainingState Round(TrainingState state) => Backend.Precision == Precision.Double ? state : state with
    {
        Parameters = RoundToSingle(state.Parameters),
        Slots = [.. state.Slots.Select(RoundToSingle)],
    };

    private static T RoundToSingle<T>(T numbers) where T : ParameterValues =>
        (T)(numbers with { Values = [.. numbers.Values.Select(x => (double)(float)x)] });

    private static Validation<Problem, EngineOptions> Create(EngineKind engine, Precision precision, int threads) =>
        Backends.Find(engine, precision).Map(backend => new EngineOptions(backend, threads)).ToValidation(new Problem(
            $"--precision is {NameOf(precision)}, and --engine {NameOf(engine)} computes in double only; leave one of the two out."));

    private static TypedOption<A> Choice<A>(string name, Func<Backend, A> select, string description) => TypedOption.Choice(
        name, [.. Backends.All.Select(select).Distinct().Select(choice => (NameOf(choice), choice))], description);

    private static string NameOf<A>(A choice) => $"{choice}".ToLowerInvariant();
}
