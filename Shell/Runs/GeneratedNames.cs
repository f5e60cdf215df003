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

    /// <summary>The samples after training. They continue the random stream of the run.</summary>
    public IEnumerable<Either<Problem, string>> Samples(TrainingState state) =>
        Sampling.Documents(CreateDecoder(state), options, [], run.Start.Random, cancellation)
            .Take(run.Configuration.Samples)
            .Select(document => document.Map(Decode));

    /// <summary>A name for the display. Its random stream is its own: that of the run does not move.</summary>
    public string Preview(TrainingState state) =>
        Sampling.Document(CreateDecoder(state), options, [], PythonRandom.Seed(state.Step), cancellation)
            .Match(Right: Decode, Left: _ => "");

    private Decoder CreateDecoder(TrainingState state) =>
        Backends.Find(run.Configuration).CreateDecoder(gpt, state.Parameters, new(cancellation));

    private string Decode(GeneratedDocument document) => run.Start.Tokenizer.Decode(document.Tokens.AsSpan());
}
