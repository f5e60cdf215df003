using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Browser;

/// <summary>A model that questions are put to. Decoder, scorer and engine are compiled when they are first used.</summary>
internal sealed class AskedModel(Checkpoint checkpoint)
{
    private readonly Gpt gpt = new(checkpoint.Configuration);
    private readonly Lazy<Decoder> decoder = new(() =>
        Backends.Find(checkpoint.RunConfiguration).CreateDecoder(new Gpt(checkpoint.Configuration), checkpoint.State.Parameters));
    private readonly Lazy<Scorer> scorer = new(() =>
        Backends.Find(checkpoint.RunConfiguration).CreateScorer(new Gpt(checkpoint.Configuration).Model));
    private readonly Lazy<Engine> engine = new(() =>
        Backends.Find(checkpoint.RunConfiguration).CreateEngine(new Gpt(checkpoint.Configuration).Model, documents: 1));

    /// <summary>The model with its tokenizer.</summary>
    public Checkpoint Checkpoint { get; } = checkpoint;

    /// <summary>The expressions of the model.</summary>
    public Gpt Gpt => gpt;

    /// <summary>The decoder.</summary>
    public Decoder Decoder => decoder.Value;

    /// <summary>The likelihood of each document.</summary>
    public ImmutableArray<Likelihood> Score(ImmutableArray<ImmutableArray<int>> documents) =>
        scorer.Value(Checkpoint.State.Parameters, documents);

    /// <summary>The tokens that generation begins with: BOS and the prompt, or the prompt of running text.</summary>
    public Either<Problem, ImmutableArray<int>> ContextOf(string prompt) => Checkpoint.Tokenizer.Encode(prompt).Map(tokens =>
        Checkpoint.Tokenizer.Bos.IsSome || tokens.IsEmpty ? tokens.Insert(0, Checkpoint.Tokenizer.Start) : tokens);

    /// <summary>The logits of the token after a context. If the context is longer than the block, its end counts.</summary>
    public ImmutableArray<double> LogitsAfter(ImmutableArray<int> context) =>
        context[Math.Max(0, context.Length - Decoder.BlockSize)..].Aggregate(
            (Logits: ImmutableArray<double>.Empty, Cache: KeyValueCache.Empty), (at, token) => Decoder.Step(at.Cache, token)).Logits;

    /// <summary>Continuations of a prompt: documents, or blocks of running text.</summary>
    public Either<Problem, IEnumerable<string>> Continue(string prompt, SamplingOptions options, PythonRandom random, int count) =>
        from tokens in Checkpoint.Tokenizer.Encode(prompt)
        from context in ContextOf(prompt)
        from texts in Checkpoint.Tokenizer.Bos.IsSome
            ? Sampling.Documents(Decoder, options, tokens, random).Take(count).Sequence()
            : Sampling.Text(Decoder, options, context, Option<int>.None, Decoder.BlockSize, random)
                .Map(text => (IEnumerable<GeneratedDocument>)[text])
        select texts.Select(text => Checkpoint.Tokenizer.Decode(text.Tokens.AsSpan()));

    /// <summary>The loss of a document and its gradient, if <paramref name="moved"/> is added to the parameter of this index.</summary>
    public (double Loss, Gradient Gradient) LossOf(ImmutableArray<int> document, int index, double moved)
    {
        var (parameters, batch) = (Checkpoint.State.Parameters, Batch.Of(gpt.Model, document));
        return engine.Value(parameters with { Values = parameters.Values.SetItem(index, parameters.Values[index] + moved) }, batch);
    }
}
