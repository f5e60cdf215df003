using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The names that the model of a run generates. Cancelled work throws.</summary>
/// <param name="run">The run, with its tokenizer, its engine and its temperature.</param>
/// <param name="gpt">The model.</param>
/// <param name="cancellation">Ends generation.</param>
internal sealed class GeneratedNames(TrainingRun run, Gpt gpt, CancellationToken cancellation)
{
    private readonly SamplingOptions options = SamplingOptions.Of(run.Configuration.Temperature);

    /// <summary>
    /// Prints the samples after training. They continue the random stream of the run. Running text is one text of as many blocks, each
    /// character as soon as it is chosen.
    /// </summary>
    public Either<Problem, Unit> Print(TrainingState state, StandardOutput output) => run.Start.Tokenizer.Bos.Match(
        Some: _ => PrintDocuments(state, output),
        None: () => PrintText(state, output));

    /// <summary>A name for the display. Its random stream is its own: that of the run does not move.</summary>
    public string Preview(TrainingState state)
    {
        var random = PythonRandom.Seed(state.Step);
        return run.Start.Tokenizer.Bos.Match(
            Some: _ => Sampling.Document(CreateDecoder(state), options, [], random, cancellation: cancellation).Map(Decode).IfLeft(""),
            None: () => string.Concat(TextOf(state, 1, random).Rights().Select(token => Decode(token.Choice))));
    }

    private Either<Problem, Unit> PrintDocuments(TrainingState state, StandardOutput output)
    {
        var (samples, printed) = (Sampling.Documents(CreateDecoder(state), options, [], run.Start.Random, cancellation: cancellation), 0);
        return Streaming.ForEach(samples.Take(run.Configuration.Samples), document =>
        {
            output.Line($"sample {++printed,2}: {Decode(document)}");
            return true;
        });
    }

    private Either<Problem, Unit> PrintText(TrainingState state, StandardOutput output)
    {
        return Streaming.ForEach(TextOf(state, run.Configuration.Samples, run.Start.Random), token =>
        {
            output.Part(Decode(token.Choice));
            return true;
        }).Map(End);

        Unit End(Unit _)
        {
            output.Line("");
            return unit;
        }
    }

    private IEnumerable<Either<Problem, (TokenChoice Choice, PythonRandom Next)>> TextOf(
        TrainingState state, int blocks, PythonRandom random) =>
        Sampling.Tokens(CreateDecoder(state), options, [run.Start.Tokenizer.Start], random, cancellation)
            .Take(blocks * gpt.Configuration.BlockSize);

    private Decoder CreateDecoder(TrainingState state) =>
        Backends.Find(run.Configuration).CreateDecoder(gpt, state.Parameters, new(cancellation));

    private string Decode(TokenChoice choice) => run.Start.Tokenizer.Decode([choice.Token]);

    private string Decode(GeneratedDocument document) => run.Start.Tokenizer.Decode(document.Tokens.AsSpan());
}
