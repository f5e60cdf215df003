using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The parameters of a model before they are drawn. They do not hold the text of the model.</summary>
internal sealed record FirstParameters(ParameterTable Table, PythonRandom Random, Option<Parameters> Weights)
{
    /// <summary>The first parameters, and the random stream that goes on after they are drawn. A large model takes seconds.</summary>
    public (Parameters Parameters, PythonRandom Next) Draw()
    {
        var (drawn, next) = Parameters.Draw(Table, Random);
        return (Weights.IfNone(drawn), next);
    }
}

/// <summary>
/// A model before its parameters are drawn: the documents in the order of training, the tokenizer, the sizes, and the random stream that
/// the parameters are drawn from.
/// </summary>
internal sealed record UntrainedModel(
    Corpus Corpus, string DataSha256, Tokenizer Tokenizer, Configuration Configuration, PythonRandom Random)
{
    /// <summary>The parameters to begin with instead of drawn ones. The random stream goes on as if they were drawn.</summary>
    public Option<Parameters> Weights { get; init; }

    /// <summary>The size of the data, as a line.</summary>
    public string Extent => Corpus.Split.IsRunningText
        ? $"num characters: {Corpus.Documents[0].CodePoints().Count()}"
        : $"num docs: {Corpus.Documents.Length}";

    /// <summary>
    /// The documents that the model does not see to the end, in a sentence, if there are any. It sees running text to the end, window by
    /// window.
    /// </summary>
    public Option<string> CutLines => Corpus.Split.IsRunningText
        ? Option<string>.None
        : Truncation.Find(Corpus.Documents, Configuration).Map(cut => cut.Describe(Corpus.Split == Split.Lines ? "lines" : "documents"));

    /// <summary>
    /// The model of a configuration, its documents shuffled: every run of the same configuration starts here. Without data, the documents
    /// are downloaded.
    /// </summary>
    public static Validation<Problem, UntrainedModel> Create(RunConfiguration run, Option<LoadedCorpus> data) =>
        from loaded in data.Match(Right<Problem, LoadedCorpus>, () => CorpusSource.Fetch(run.Split)).ToValidation()
        let tokenizer = Tokenizer.Of(loaded.Corpus)
        from configuration in run.Sizes.Configure(tokenizer.VocabSize)
        let shuffled = loaded.Corpus.Shuffle(PythonRandom.Seed(run.Seed))
        select new UntrainedModel(shuffled.Value, loaded.Sha256, tokenizer, configuration, shuffled.Next);

    /// <summary>The model with weights of a file, if there are any, or a problem for each that does not fit.</summary>
    public Validation<Problem, UntrainedModel> BeginWith(Option<Weights> weights) => weights.Match(
        Some: file => file.Fit(Configuration, Tokenizer).Map(fitting => this with { Weights = fitting }),
        None: () => this);

    /// <summary>What a run learns from, and the documents that it holds out.</summary>
    public Validation<Problem, (TrainingData Data, ImmutableArray<ImmutableArray<int>> HeldOut)> Divide(RunConfiguration run) =>
        from parts in Corpus.HoldOut(run.Validation).ToValidation()
        from divided in Corpus.Split.IsRunningText
            ? DivideRunningText(run, parts.Kept.Documents[0], parts.HeldOut)
            : DivideDocuments(run, parts.Kept.Documents, parts.HeldOut)
        select divided;

    private Validation<Problem, (TrainingData, ImmutableArray<ImmutableArray<int>>)> DivideDocuments(
        RunConfiguration run, ImmutableArray<string> kept, ImmutableArray<string> heldOut) =>
        from documents in Encode(kept.Take(run.Schedule.DocumentCount))
        from held in Encode(heldOut)
        select (new TrainingData(run.Schedule, documents), held);

    private Validation<Problem, (TrainingData, ImmutableArray<ImmutableArray<int>>)> DivideRunningText(
        RunConfiguration run, string kept, ImmutableArray<string> heldOut) =>
        (ReadWindows("The text", kept), heldOut.Select(end => ReadWindows("The text that is held out", end)).Sequence())
            .Apply((text, held) =>
                (new TrainingData(run.Schedule, text, run.Seed), held.SelectMany(end => end.Windows).ToImmutableArray()));

    private Validation<Problem, RunningText> ReadWindows(string name, string text) =>
        Tokenizer.Encode(text).ToValidation().Bind(tokens => RunningText.Create(name, tokens, Configuration.BlockSize));

    /// <summary>The parameters to begin with.</summary>
    public FirstParameters First => new(Configuration.Table, Random, Weights);

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
