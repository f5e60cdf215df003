using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Shell.Runs;

/// <summary>The names that the model of a run generates. Cancelled work throws.</summary>
/// <param name="run">The run, with its tokenizer, its engine and its temperature.</param>
/// <param name="gpt">The model.</param>
/// <param name="cancellation">Ends generation.</param>
internal sealed class GeneratedNames(TrainingRun run, Gpt gpt, CancellationToken cancellation)
{
    private readonly SamplingOptions options = SamplingOptions.Of(run.Configuration.Temperature);

    /// <summary>
    /// The samples after training. They continue the random stream of the run. Samples of running text follow one another in one text.
    /// </summary>
    public IEnumerable<Either<Problem, string>> Samples(TrainingState state) => run.Start.Tokenizer.Bos.IsSome
        ? Sampling.Documents(CreateDecoder(state), options, [], run.Start.Random, cancellation: cancellation)
            .Take(run.Configuration.Samples)
            .Select(document => document.Map(Decode))
        : [Generate(state, run.Configuration.Samples, run.Start.Random)];

    /// <summary>A name for the display. Its random stream is its own: that of the run does not move.</summary>
    public string Preview(TrainingState state) =>
        Generate(state, 1, PythonRandom.Seed(state.Step)).IfLeft("");

    // A document, or running text of some blocks.
    private Either<Problem, string> Generate(TrainingState state, int blocks, PythonRandom random) => run.Start.Tokenizer.Bos.Match(
        Some: _ => Sampling.Document(CreateDecoder(state), options, [], random, cancellation: cancellation).Map(Decode),
        None: () => Sampling.Text(
            CreateDecoder(state), options, [run.Start.Tokenizer.Start], Option<int>.None, blocks * gpt.Configuration.BlockSize, random,
            cancellation).Map(text => Decode(text with { Prompt = [] })));

    private Decoder CreateDecoder(TrainingState state) =>
        Backends.Find(run.Configuration).CreateDecoder(gpt, state.Parameters, new(cancellation));

    private string Decode(GeneratedDocument document) => run.Start.Tokenizer.Decode(document.Tokens.AsSpan());
}
