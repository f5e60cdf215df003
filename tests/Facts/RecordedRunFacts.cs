using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>Whole runs of the scalar engine equal the Python original's to the last bit, from shuffled documents to names.</summary>
[Trait("Speed", "Slow")]
public class RecordedRunFacts
{
    [LastBitsFact]
    public void The_embedded_names_are_learned_bit_for_bit() => IsReproduced("given-names.json", Recorded.Bytes("given-names.txt"));

    [DownloadedNamesFact(lastBits: true)]
    public void The_original_s_names_are_learned_bit_for_bit() => IsReproduced("names-default.json", DownloadedNamesFactAttribute.Names);

    [DownloadedNamesFact(lastBits: true)]
    public void Two_layers_are_learned_bit_for_bit() => IsReproduced("names-two-layers.json", DownloadedNamesFactAttribute.Names);

    private static void IsReproduced(string recording, byte[] names)
    {
        var run = Recorded.Json(recording);
        int Option(string name, int original) =>
            run.GetProperty("config").TryGetProperty(name, out var value) ? value.GetInt32() : original;

        var (corpus, random) = Corpus.Parse(names, "names", Split.Lines).OrThrow().Shuffle(PythonRandom.Seed(42));
        var tokenizer = Tokenizer.Of(corpus);
        var configuration = Configuration.Create(
            Option("n_embd", 16), Option("n_head", 4), Option("n_layer", 1), Option("block_size", 16), tokenizer.VocabSize).OrThrow();
        (var parameters, random) = Parameters.Draw(configuration.Table, random);
        Assert.Equal(run.GetProperty("num_docs").GetInt32(), corpus.Documents.Length);
        Assert.Equal(run.GetProperty("first_docs").Strings(), corpus.Documents.Take(20));
        Assert.Equal(run.GetProperty("vocab").Strings(), tokenizer.Alphabet.Select(character => character.ToString()));
        Assert.Equal(run.GetProperty("shapes").EnumerateObject().Select(shape => $"{shape.Name} {shape.Value}"),
            configuration.Table.Definitions.Select(matrix => $"{matrix}"));
        Recorded.EqualBits(run.GetProperty("init").Doubles(), parameters.Values);

        var gpt = new Gpt(configuration);
        ImmutableArray<ImmutableArray<int>> documents = [.. corpus.Documents.Select(document => tokenizer.Document(document).OrThrow())];
        parameters = IsTrained(run, gpt, parameters, documents, Option("steps", 1000));
        var decoder = Decoder.Of(gpt, parameters);
        foreach (var sample in run.GetProperty("samples").Strings())
        {
            var generated = Sampling.Document(decoder, SamplingOptions.Of(0.5), [], random).OrThrow();
            Assert.Equal(sample, tokenizer.Decode(generated.Tokens.AsSpan()));
            random = generated.Next;
        }
    }

    private static Parameters IsTrained(
        JsonElement run, Gpt gpt, Parameters parameters, ImmutableArray<ImmutableArray<int>> documents, int steps)
    {
        void IsRecorded(string key, ParameterValues found)
        {
            if (run.TryGetProperty(key, out var recorded)) Recorded.EqualBits(recorded.Doubles(), found.Values);
        }

        var engine = Engines.Scalar(gpt.Model);
        var losses = new List<double>();
        var data = new TrainingData(TrainingSchedule.Create(steps, 0.01).OrThrow(), documents);
        var trainer = Trainers.Create(gpt.Model, Watched, data, Optimizers.Default);
        for (var state = TrainingState.Start(parameters, Optimizers.Default); state.Step < steps;)
        {
            (state, var results) = trainer.Steps(state, 1).OrThrow();
            losses.Add(results[0].Loss);
            parameters = state.Parameters;
            IsRecorded($"params_step{losses.Count}", parameters);
        }
        Recorded.EqualBits(run.GetProperty("losses").Doubles(), losses);
        IsRecorded("final", parameters);
        return parameters;

        (double Loss, Gradient Gradient) Watched(Parameters at, Inputs batch, CancellationToken cancellation)
        {
            var found = engine(at, batch, cancellation);
            IsRecorded($"grads_step{losses.Count + 1}", found.Gradient);
            return found;
        }
    }
}

/// <summary>A fact about the original's names, which are not part of this repository: skipped until a run has downloaded them.</summary>
public sealed class DownloadedNamesFactAttribute : FactAttribute
{
    private const string Sha256 = "0A30B5557F192F32AB962680889AAC5F6FDA0F4CECF40A6D0B5694F58EA8CC4D";

    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "input.txt");

    public DownloadedNamesFactAttribute(bool lastBits = false) => Skip = Exist
        ? lastBits ? LastBits.Skip : null
        : "The original's names are not there: run `dotnet run --project Shell` once, with a network.";

    public static bool Exist => File.Exists(Path) && Convert.ToHexString(SHA256.HashData(Names)) == Sha256;

    public static byte[] Names => File.ReadAllBytes(Path);
}
