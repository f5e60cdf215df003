using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

// Generation computes the logits of one position after another. The keys and values of earlier positions do not change, so a cache
// keeps them. A model without keys and values computes the logits of the whole prefix at each position.

/// <summary>
/// A key/value cache: the tokens at the positions seen so far, and their keys and values in every layer, as an immutable linked list. The
/// cache of a decoder that keeps keys and values elsewhere, or has none, has only tokens.
/// </summary>
public sealed class KeyValueCache
{
    private KeyValueCache(int length, int token, ImmutableArray<double> last, KeyValueCache? before) =>
        (Length, Token, Last, Before) = (length, token, last, before);

    /// <summary>The cache before the first position.</summary>
    public static KeyValueCache Empty { get; } = new(0, -1, [], null);

    /// <summary>The number of positions in the cache.</summary>
    public int Length { get; }

    /// <summary>The token at the last position; -1 if this cache is empty.</summary>
    public int Token { get; }

    /// <summary>Keys and values of the last position, [n_layer, 2, n_embd]. Empty if the cache has only tokens.</summary>
    public ImmutableArray<double> Last { get; }

    /// <summary>The cache without the last position; null if this cache is empty.</summary>
    public KeyValueCache? Before { get; }

    /// <summary>The cache with one more position: its token, and its keys and values, [n_layer, 2, n_embd].</summary>
    public KeyValueCache With(int token, ImmutableArray<double> keysAndValues) => new(Length + 1, token, keysAndValues, this);

    /// <summary>The tokens of all positions, in order.</summary>
    public ImmutableArray<int> Tokens() => Collect(cache => cache.Token);

    /// <summary>Keys and values of all positions, in order: <see cref="Length"/> arrays [n_layer, 2, n_embd].</summary>
    public ImmutableArray<ImmutableArray<double>> Rows() => Collect(cache => cache.Last);

    /// <summary>The number of first positions that two caches share: those that are the same objects in both lists.</summary>
    public int SharedLength(KeyValueCache other)
    {
        var (one, two) = (this, other);
        while (!ReferenceEquals(one, two))
        {
            var (oneIsLonger, twoIsLonger) = (one.Length >= two.Length, two.Length >= one.Length);
            if (oneIsLonger) one = one.Before ?? Empty;
            if (twoIsLonger) two = two.Before ?? Empty;
        }
        return one.Length;
    }

    private ImmutableArray<A> Collect<A>(Func<KeyValueCache, A> select)
    {
        var items = new A[Length];
        for (var cache = this; cache.Before is { } before; cache = before) items[cache.Length - 1] = select(cache);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    public override string ToString() => $"{Length} positions";
}

/// <summary>A decoder's own way to predict the next token, at a temperature above 0.</summary>
internal interface IPredictor
{
    /// <inheritdoc cref="Decoder.Predict"/>
    (ImmutableArray<double> Probabilities, KeyValueCache Next) Predict(KeyValueCache cache, int token, double temperature);

    /// <inheritdoc cref="Decoder.Draw"/>
    (TokenChoice? Choice, KeyValueCache Next) Draw(KeyValueCache cache, int token, double temperature, double share);

    /// <inheritdoc cref="Decoder.Take"/>
    Decoder Take();

    /// <inheritdoc cref="Decoder.Add"/>
    void Add(IPredictor idle);
}

/// <summary>
/// A decoder: a model with its parameters, evaluated one position at a time. A step takes a cache and a token. It returns the logits of
/// the next token, [vocab_size], and the cache with one more position.
/// </summary>
/// <param name="BlockSize">The largest number of positions.</param>
/// <param name="VocabSize">The number of tokens, BOS among them.</param>
/// <param name="Step">The step.</param>
public sealed record Decoder(
    int BlockSize, int VocabSize, Func<KeyValueCache, int, (ImmutableArray<double> Logits, KeyValueCache Next)> Step)
{
    private readonly IPredictor? predictor;

    /// <summary>The decoder with a predictor of its own for <see cref="Predict"/> and <see cref="Draw"/>.</summary>
    internal Decoder(
        int blockSize, int vocabSize, Func<KeyValueCache, int, (ImmutableArray<double> Logits, KeyValueCache Next)> step,
        IPredictor predictor)
        : this(blockSize, vocabSize, step) => this.predictor = predictor;

    /// <summary>The step.</summary>
    // A decoder with another step has no use for the old step's own way to predict.
    public Func<KeyValueCache, int, (ImmutableArray<double> Logits, KeyValueCache Next)> Step
    {
        get;
        init => (field, predictor) = (value, null);
    } = Step;

    /// <summary>
    /// The probabilities of the next token at a temperature, [vocab_size], and the cache with one more position: the step, and then
    /// <see cref="Temperature.Probabilities"/>.
    /// </summary>
    public (ImmutableArray<double> Probabilities, KeyValueCache Next) Predict(KeyValueCache cache, int token, Temperature temperature)
    {
        if (predictor is not null && !temperature.IsGreedy) return predictor.Predict(cache, token, temperature.Value);
        var (logits, next) = Step(cache, token);
        return (temperature.Probabilities(logits), next);
    }

    /// <summary>
    /// The choice of the next token at a temperature above 0, and the cache with one more position. The choice is the token that
    /// <see cref="PythonRandom.Choices"/> draws if <see cref="PythonRandom.Random"/> returns <paramref name="share"/>. There is none if a
    /// probability is not finite.
    /// </summary>
    internal (TokenChoice? Choice, KeyValueCache Next) Draw(KeyValueCache cache, int token, Temperature temperature, double share)
    {
        if (predictor is not null) return predictor.Draw(cache, token, temperature.Value, share);
        var (probabilities, next) = Predict(cache, token, temperature);
        return (TokenChoice.Draw(probabilities.AsSpan(), share), next);
    }

    /// <summary>A decoder of a single user, whose steps need no synchronization. It is given back by <see cref="Add"/>.</summary>
    internal Decoder Take() => predictor?.Take() ?? this;

    /// <summary>Gives a decoder back that <see cref="Take"/> has returned.</summary>
    internal void Add(Decoder own)
    {
        if (own.predictor is { } idle) predictor?.Add(idle);
    }

    /// <summary>
    /// The decoder of any model with logits, which computes the logits of the whole prefix at each position. Its cache has tokens, and no
    /// keys and values. A model without logits throws an <see cref="ArgumentException"/>.
    /// </summary>
    public static Decoder Of(LanguageModel model, Parameters parameters) =>
        Of(model, parameters, logits => environment => logits.Evaluate(environment));

    internal static Decoder Of(
        LanguageModel model, Parameters parameters, Func<Expr, Func<Environment<Real>, Matrix<Real>>> compile)
    {
        var evaluate = compile(model.Logits.IfNone(() => throw new ArgumentException($"A {model} has no logits to generate from.")));
        var matrices = parameters.Matrices(x => new Real(x));
        return new(model.BlockSize, model.VocabSize, (cache, token) =>
        {
            var next = cache.With(token, []);
            // A document has one more token than positions. No logit depends on the last token, so any token will do.
            var logits = evaluate(model.Bind(matrices, Batch.Of(model, [.. next.Tokens(), token])));
            return ([.. Enumerable.Range(0, model.VocabSize).Select(j => logits[cache.Length, j].Plain)], next);
        });
    }

    /// <summary>
    /// The decoder of a GPT that evaluates the expressions of a position, with keys and values cached. Every faster decoder must agree with
    /// it.
    /// </summary>
    public static Decoder Of(Gpt gpt, Parameters parameters) => Of(gpt, parameters, new DecodedPosition(gpt));

    internal static Decoder Of(Gpt gpt, Parameters parameters, DecodedPosition position)
    {
        var (matrices, width) = (parameters.Matrices(x => new Real(x)), gpt.Configuration.NEmbd);
        return new(gpt.Configuration.BlockSize, gpt.Configuration.VocabSize, (cache, token) =>
        {
            var rows = cache.Rows();
            var environment = gpt.Model.Bind(matrices, DecodedPosition.Inputs(cache.Length, token));
            for (var k = 0; k < position.Cached.Length; k++)
                environment = environment.With(position.Cached[k], Matrix<Real>.Of(
                    gpt.Configuration.BlockSize, width, (i, j) => new(i < rows.Length ? rows[i][k * width + j] : 0)));
            var values = Evaluation.Evaluate([position.Logits, .. position.Extended], environment);
            var keysAndValues = values.Skip(1).SelectMany(x => x.Entries.Slice(cache.Length * width, width), (_, x) => x.Plain);
            return ([.. values[0].Entries.Select(x => x.Plain)], cache.With(token, [.. keysAndValues]));
        });
    }
}

/// <summary>One position as expressions. Its keys and values are appended to those of the earlier positions, which are variables.</summary>
public sealed class DecodedPosition
{
    /// <summary>The expressions of a GPT at the next position.</summary>
    public DecodedPosition(Gpt gpt) : this(gpt, (cached, row) => cached + row.ScatterAdd(IndexInput.Positions, cached.Shape.Rows))
    {
    }

    internal DecodedPosition(Gpt gpt, Func<Variable, Expr, Expr> append)
    {
        var shape = new Shape(gpt.Configuration.BlockSize, gpt.Configuration.NEmbd);
        var (cached, extended) = (ImmutableArray.CreateBuilder<Variable>(), ImmutableArray.CreateBuilder<Expr>());
        Stream = gpt.StreamOf((name, row) =>
        {
            cached.Add(new(name, shape));
            extended.Add(append(cached[^1], row));
            return extended[^1];
        });
        Logits = gpt.LogitsOf(Stream);
        InverseTemperature = new("1/temperature", Logits.Shape);
        Probabilities = (Logits * InverseTemperature).Softmax(groups: 1);
        (Cached, Extended) = (cached.ToImmutable(), extended.ToImmutable());
    }

    /// <summary>The residual stream at this position, by the names of <see cref="Gpt.Stream"/>: [1, n_embd].</summary>
    public ImmutableArray<(string Name, Expr X)> Stream { get; }

    /// <summary>The logits of the token after this position, [1, vocab_size].</summary>
    public Expr Logits { get; }

    /// <summary>The inverse of the temperature, for each logit.</summary>
    public Variable InverseTemperature { get; }

    /// <summary>The probabilities of the token after this position, [1, vocab_size].</summary>
    public Expr Probabilities { get; }

    /// <summary>
    /// Keys and values of each layer at the earlier positions, [block_size, n_embd]. The rows of this position and of later ones are 0.
    /// </summary>
    public ImmutableArray<Variable> Cached { get; }

    /// <summary><see cref="Cached"/>, with the keys and values of this position in its row.</summary>
    public ImmutableArray<Expr> Extended { get; }

    public override string ToString() => $"{Logits}";

    /// <summary>The inputs for a token at a position of its document.</summary>
    public static Inputs Inputs(int position, int token) =>
        Autograd.Inputs.Of(Packing.At(position)).With(IndexInput.Tokens, [token]).With(IndexInput.Positions, [position]);
}
