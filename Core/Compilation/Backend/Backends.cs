using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>A backend: an engine in a precision. It computes gradients, trains, decodes and scores.</summary>
/// <param name="Engine">The engine as a run chooses it; null for an engine that runs cannot choose.</param>
/// <param name="Precision">The floating-point format of all numbers.</param>
/// <param name="UnitRoundoff">The largest relative error of one rounding: half the distance from 1 to the next number.</param>
public abstract record Backend(EngineKind? Engine, Precision Precision, double UnitRoundoff)
{
    /// <summary>
    /// The largest distance of a computed number from its <see cref="Bracket"/>, in widths of the bracket. The scalar engine computes what
    /// the bracket is made for. Elsewhere the order of a sum may be another one, and a width in double precision bounds rounding errors in
    /// any order; it grows with the unit roundoff.
    /// </summary>
    public double BracketWidths => Engine == EngineKind.Scalar ? 0 : UnitRoundoff * (1L << 53);

    /// <summary>The engine of a model, for batches of at most <paramref name="documents"/> documents.</summary>
    public abstract Engine CreateEngine(LanguageModel model, int documents);

    /// <summary>
    /// The trainer of a model on <paramref name="data"/>, by an optimizer, on at most <paramref name="threads"/> threads.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public abstract Trainer CreateTrainer(
        LanguageModel model, TrainingData data, Optimizer optimizer, int threads, Observer observer = default);

    /// <summary>The decoder of a GPT with these parameters, with keys and values cached.</summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public abstract Decoder CreateDecoder(Gpt gpt, Parameters parameters, Observer observer = default);

    /// <summary>The decoder of any model with logits. It computes the logits of the whole prefix at each position.</summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public abstract Decoder CreateDecoder(LanguageModel model, Parameters parameters, Observer observer = default);

    /// <summary>The scorer of a model, on at most <paramref name="threads"/> threads.</summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public abstract Scorer CreateScorer(LanguageModel model, int threads = 1, Observer observer = default);

    /// <summary>
    /// The kernels of each step from the state <paramref name="from"/> on, for a profiler; none if the engine computes without kernels.
    /// </summary>
    public virtual Func<int, ImmutableArray<Kernel>> CreateKernels(
        LanguageModel model, TrainingData data, Optimizer optimizer, TrainingState from) => _ => [];

    /// <summary>The name of the engine.</summary>
    protected virtual string EngineName => $"{Engine}".ToLowerInvariant();

    public sealed override string ToString() => $"{EngineName}, {$"{Precision}".ToLowerInvariant()}";
}

/// <summary>A reference backend: the expressions of the model and of the optimizer, evaluated at plain numbers.</summary>
internal sealed record ReferenceBackend(EngineKind? Engine, double UnitRoundoff, Func<LanguageModel, Engine> Create)
    : Backend(Engine, Precision.Double, UnitRoundoff)
{
    public override Engine CreateEngine(LanguageModel model, int documents) => Create(model);

    // The graph of a step is garbage after the step. A collection is cheap then, and the next graph reuses memory that is in the cache.
    public override Trainer CreateTrainer(LanguageModel model, TrainingData data, Optimizer optimizer, int threads, Observer observer)
    {
        var train = Trainers.Create(model, Create(model), data, optimizer);
        return (from, steps, onStep, cancellation) => train(from, steps, Collect(onStep), cancellation);

        static Func<StepResult, bool> Collect(Func<StepResult, bool> onStep) => result =>
        {
            GC.Collect(generation: 0);
            return onStep(result);
        };
    }

    public override Decoder CreateDecoder(Gpt gpt, Parameters parameters, Observer observer) => Decoder.Of(gpt, parameters);

    public override Decoder CreateDecoder(LanguageModel model, Parameters parameters, Observer observer) => Decoder.Of(model, parameters);

    public override Scorer CreateScorer(LanguageModel model, int threads, Observer observer) => Scorers.Create(model);
}

/// <summary>The compiled backend, in the precision of T.</summary>
internal sealed record CompiledBackend<T>(Precision Precision, double UnitRoundoff)
    : Backend(EngineKind.Compiled, Precision, UnitRoundoff) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Engine CreateEngine(LanguageModel model, int documents) => CompiledEngine.Compile<T>(model, documents);

    public override Trainer CreateTrainer(LanguageModel model, TrainingData data, Optimizer optimizer, int threads, Observer observer) =>
        CompiledTrainer.Compile<T>(model, data, optimizer, threads, observer);

    public override Decoder CreateDecoder(Gpt gpt, Parameters parameters, Observer observer) =>
        CompiledDecoder.Compile<T>(gpt, parameters, observer);

    public override Decoder CreateDecoder(LanguageModel model, Parameters parameters, Observer observer) =>
        CompiledDecoder.Compile<T>(model, parameters, observer);

    public override Scorer CreateScorer(LanguageModel model, int threads, Observer observer) =>
        CompiledScorer.Compile<T>(model, threads, observer);

    public override Func<int, ImmutableArray<Kernel>> CreateKernels(
        LanguageModel model, TrainingData data, Optimizer optimizer, TrainingState from) =>
        CompiledTrainer.CompileKernels<T>(model, data, optimizer, from);
}

/// <summary>The table of backends.</summary>
public static class Backends
{
    /// <summary>All backends. Each engine computes in double precision at least. The first engine and precision are the defaults.</summary>
    public static ImmutableArray<Backend> All { get; } =
    [
        new CompiledBackend<double>(Precision.Double, Math.ScaleB(1, -53)),
        new CompiledBackend<float>(Precision.Single, Math.ScaleB(1, -24)),
        new ReferenceBackend(EngineKind.Scalar, Math.ScaleB(1, -53), Engines.Scalar),
        new ReferenceBackend(EngineKind.Expression, Math.ScaleB(1, -53), Engines.Expression),
    ];

    /// <summary>The backend of an engine in a precision, if there is one.</summary>
    public static Option<Backend> Find(EngineKind engine, Precision precision) =>
        All.Find(backend => (backend.Engine, backend.Precision) == (engine, precision));

    /// <summary>The backend of a run.</summary>
    public static Backend Find(RunConfiguration run) =>
        Find(run.Engine, run.Precision).IfNone(() => throw new ArgumentException("No backend computes so.", nameof(run)));

    /// <summary>The backend of an engine in double precision.</summary>
    public static Backend InDouble(EngineKind engine) =>
        All.First(backend => (backend.Engine, backend.Precision) == (engine, Precision.Double));
}
