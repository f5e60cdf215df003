using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Shell.Runs;

/// <summary>
/// A model before its parameters are drawn: the documents in the order of training, the tokenizer, the sizes, and the random stream that
/// the parameters are drawn from.
/// </summary>
internal sealed record UntrainedModel(
    Corpus Corpus, string DataSha256, Tokenizer Tokenizer, Configuration Configuration, PythonRandom Random)
{
    /// <summary>The lines of the data that the model does not see to the end, in a sentence, if there are any.</summary>
    public Option<string> CutLines => Truncation.Find(Corpus.Documents, Configuration).Map(cut => cut.Describe("lines"));

    /// <summary>
    /// The model of a configuration, its documents shuffled: every run of the same configuration starts here. Without data, the documents
    /// are downloaded.
    /// </summary>
    public static Validation<Problem, UntrainedModel> Create(RunConfiguration run, Option<LoadedCorpus> data)
    {
        var loaded = data.IfNone(CorpusSource.Fetch);
        var tokenizer = Tokenizer.Of(loaded.Corpus);
        return run.Sizes.Configure(tokenizer.VocabSize).Map(configuration =>
        {
            var (shuffled, afterShuffle) = loaded.Corpus.Shuffle(PythonRandom.Seed(run.Seed));
            return new UntrainedModel(shuffled, loaded.Sha256, tokenizer, configuration, afterShuffle);
        });
    }

    /// <summary>The parameters, and the random stream that goes on after they are drawn. A large model takes seconds.</summary>
    public (Parameters Parameters, PythonRandom Next) Draw() => Parameters.Draw(Configuration.Table, Random);

    /// <summary>The tokens of documents, or the first character that the alphabet lacks.</summary>
    public Validation<Problem, ImmutableArray<ImmutableArray<int>>> Encode(IEnumerable<string> documents)
    {
        var encoded = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        foreach (var text in documents)
        {
            // One character more than fill a block, since a line may be far longer. The end of the cut text is not seen.
            switch (Tokenizer.Document(text.Start(Configuration.BlockSize + 1)).Case)
            {
                case Problem problem: return problem;
                case ImmutableArray<int> tokens: encoded.Add(tokens); break;
            }
        }
        return encoded.ToImmutable();
    }
}
