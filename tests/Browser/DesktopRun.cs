using System.Collections.Immutable;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Browser.Facts;

/// <summary>The default run on the given names, in this process.</summary>
internal sealed class DesktopRun
{
    private readonly Gpt gpt;
    private readonly Tokenizer tokenizer;
    private readonly TrainingData data;
    private readonly PythonRandom random;

    public DesktopRun()
    {
        var text = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "given-names.txt"));
        var corpus = Corpus.Parse(text, "names", Split.Lines).OrThrow();
        var (shuffled, next) = corpus.Shuffle(PythonRandom.Seed(42));
        tokenizer = Tokenizer.Of(corpus);
        gpt = new(RunConfiguration.Default.Sizes.Configure(tokenizer.VocabSize).OrThrow());
        (var parameters, random) = Parameters.Draw(gpt.Model.Table, next);
        Start = TrainingState.Start(parameters, RunConfiguration.Default.Optimizer);
        data = new(
            RunConfiguration.Default.Schedule, [.. shuffled.Documents.Take(1000).Select(name => tokenizer.Document(name).OrThrow())]);
    }

    /// <summary>The state before the first step.</summary>
    public TrainingState Start { get; }

    /// <summary>The losses of the first steps, and the state after them.</summary>
    public (ImmutableArray<double> Losses, TrainingState State) Train(Backend backend, int steps) => Train(backend, Start, steps);

    /// <summary>The trainer of the run on one thread.</summary>
    public Trainer CreateTrainer(Backend backend) =>
        backend.CreateTrainer(gpt.Model, data, RunConfiguration.Default.Optimizer, threads: 1);

    /// <summary>The losses of some steps from a state on, and the state after them.</summary>
    public (ImmutableArray<double> Losses, TrainingState State) Train(Backend backend, TrainingState from, int steps)
    {
        var (state, results) = CreateTrainer(backend).Steps(from, steps).OrThrow();
        return ([.. results.Select(result => result.Loss)], state);
    }

    /// <summary>The 20 names of a trained model.</summary>
    public ImmutableArray<string> Names(TrainingState state) =>
    [
        .. Sampling.Documents(Decoder.Of(gpt, state.Parameters), SamplingOptions.Of(RunConfiguration.Default.Temperature), [], random)
            .Take(20).Select(document => tokenizer.Decode(document.OrThrow().Tokens.AsSpan())),
    ];

    /// <summary>The checkpoint of a state, in double precision.</summary>
    public Checkpoint CheckpointOf(TrainingState state) => new(state, random, tokenizer, RunConfiguration.Default, new string('0', 64));
}
