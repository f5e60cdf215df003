using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

/// <summary>A document or running text that a model generated.</summary>
/// <param name="Prompt">The tokens of the prompt.</param>
/// <param name="Choices">The choices of the tokens after the prompt.</param>
/// <param name="Next">The random generator after the last draw.</param>
public sealed record GeneratedDocument(ImmutableArray<int> Prompt, ImmutableArray<TokenChoice> Choices, PythonRandom Next)
{
    /// <summary>The tokens of the prompt and of the choices.</summary>
    public ImmutableArray<int> Tokens => [.. Prompt, .. Choices.Select(choice => choice.Token)];

    public override string ToString() => $"tokens {string.Join(" ", Tokens)}";

    public bool Equals(GeneratedDocument? other) =>
        other is not null && Next == other.Next && Prompt.ContentEquals(other.Prompt) && Choices.ContentEquals(other.Choices);

    public override int GetHashCode() => HashCode.Combine(Next, Prompt.Length, Choices.Length);
}

/// <summary>The options of sampling.</summary>
/// <param name="Temperature">The divisor of the logits, or greedy decoding.</param>
/// <param name="TopK">Top-k sampling: only the k most likely tokens can be drawn. At least 1.</param>
/// <param name="TopP">
/// Nucleus sampling: only the most likely tokens can be drawn, the fewest whose probabilities add up to at least p. Above 0.
/// </param>
public sealed record SamplingOptions(Temperature Temperature, Option<int> TopK, Option<double> TopP)
{
    /// <summary>True if each choice keeps the probabilities of all tokens.</summary>
    public bool KeepsProbabilities { get; init; }

    /// <summary>Sampling from all tokens, at a temperature.</summary>
    public static SamplingOptions Of(Temperature temperature) => new(temperature, Option<int>.None, Option<double>.None);

    /// <summary>
    /// The probability of each token, [vocab_size]: <see cref="Temperature.Probabilities"/> over the tokens that can be drawn, 0 for the
    /// others.
    /// </summary>
    public ImmutableArray<double> Probabilities(ImmutableArray<double> logits) => Truncate(Temperature.Probabilities(logits));

    /// <summary>The probabilities, [vocab_size], with 0 for the tokens that cannot be drawn. The others are scaled to the sum 1.</summary>
    public ImmutableArray<double> Truncate(ImmutableArray<double> probabilities) =>
        IsInProportion || Temperature.IsGreedy ? probabilities : KeepLikeliest(probabilities);

    /// <summary>True if each token is drawn in proportion to its probability.</summary>
    internal bool IsInProportion => !Temperature.IsGreedy && TopK.IsNone && TopP.IsNone;

    private ImmutableArray<double> KeepLikeliest(ImmutableArray<double> probabilities)
    {
        var kept = new double[probabilities.Length];
        var total = 0.0;
        foreach (var token in Enumerable.Range(0, kept.Length).OrderByDescending(i => probabilities[i]).Take(TopK.IfNone(int.MaxValue)))
        {
            if (TopP.Exists(p => total >= p)) break;
            kept[token] = probabilities[token];
            total += probabilities[token];
        }
        return [.. kept.Select(p => p / total)];
    }

    /// <summary>Chooses a token: the one of probability 1 if decoding is greedy, else one that is drawn in proportion.</summary>
    public (TokenChoice Value, PythonRandom Next) Choose(ImmutableArray<double> probabilities, PythonRandom random)
    {
        var (token, next) = Temperature.IsGreedy ? (probabilities.IndexOf(1), random) : random.Choices(probabilities.AsSpan());
        return (new(probabilities, token), next);
    }
}

/// <summary>The generation of text: from logits to probabilities to tokens.</summary>
public static class Sampling
{
    /// <summary>
    /// Generates tokens without end, unless a probability is not finite, as after training that diverged: that problem is then the last
    /// item. Each choice has the random generator after its draw. The context is the tokens before the first choice, at least one.
    /// </summary>
    /// <remarks>
    /// Positions are absolute, so the keys and values of a token belong to its position, and a full cache cannot slide by one. It is
    /// emptied, and the later half of the block is computed again from position 0. So a token costs at most two steps in the mean, and
    /// sees at least half a block.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The generation is cancelled, which is observed at each step.</exception>
    public static IEnumerable<Either<Problem, (TokenChoice Choice, PythonRandom Next)>> Tokens(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> context, PythonRandom random,
        CancellationToken cancellation = default)
    {
        for (var at = Read(decoder, context, random, cancellation); ;)
        {
            var choice = Choose(decoder, options, ref at, cancellation);
            if (choice is null) break;
            yield return (choice, at.Random);
        }
        yield return NotFinite;
    }

    /// <summary>
    /// Generates at most <paramref name="length"/> tokens after a context of at least one. The token <paramref name="stop"/>, if there is
    /// one, is the last. The result is a problem if a probability is not finite.
    /// </summary>
    /// <exception cref="OperationCanceledException">The generation is cancelled.</exception>
    public static Either<Problem, GeneratedDocument> Text(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> context, Option<int> stop, int length, PythonRandom random,
        CancellationToken cancellation = default) =>
        Write(decoder, options, context, context, stop.IfNone(-1), length, random, cancellation);

    /// <summary>
    /// Generates a document. After BOS and the prompt, one token after another is chosen, until BOS is chosen or there are
    /// <paramref name="length"/>. By default, the end of the block ends the document; a prompt that fills the block is followed by at most
    /// another block. The result is a problem if a probability is not finite.
    /// </summary>
    /// <exception cref="OperationCanceledException">The generation is cancelled.</exception>
    public static Either<Problem, GeneratedDocument> Document(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, PythonRandom random, int? length = null,
        CancellationToken cancellation = default)
    {
        var (size, bos) = (decoder.BlockSize, decoder.VocabSize - 1);
        var most = length ?? (prompt.Length < size ? size - prompt.Length : size);
        return Write(decoder, options, prompt, [bos, .. prompt], bos, most, random, cancellation);
    }

    /// <summary>
    /// Generates documents without end, unless there is a problem, which is then the last item. Each document continues with the
    /// random generator of the document before.
    /// </summary>
    /// <exception cref="OperationCanceledException">The generation is cancelled.</exception>
    public static IEnumerable<Either<Problem, GeneratedDocument>> Documents(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, PythonRandom random, int? length = null,
        CancellationToken cancellation = default)
    {
        for (var isRunning = true; isRunning;)
        {
            var document = Document(decoder, options, prompt, random, length, cancellation);
            yield return document;
            (random, isRunning) = document.Match(Right: generated => (generated.Next, true), Left: _ => (random, false));
        }
    }

    // Generates at most `length` tokens after a context, until the token `stop`.
    private static Either<Problem, GeneratedDocument> Write(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, ImmutableArray<int> context, int stop, int length,
        PythonRandom random, CancellationToken cancellation)
    {
        var own = decoder.Take();
        var at = Read(own, context, random, cancellation);
        var choices = Choices(own, options, ref at, stop, length, cancellation);
        decoder.Add(own);
        return choices.IsDefault ? NotFinite : new GeneratedDocument(prompt, choices, at.Random);
    }

    // Chooses tokens from a place on. The result is the default value if there is no choice.
    private static ImmutableArray<TokenChoice> Choices(
        Decoder decoder, SamplingOptions options, ref Place at, int stop, int length, CancellationToken cancellation)
    {
        var choices = ImmutableArray.CreateBuilder<TokenChoice>(Math.Min(length, decoder.BlockSize));
        while (choices.Count < length && (choices.Count == 0 || choices[^1].Token != stop))
        {
            if (Choose(decoder, options, ref at, cancellation) is not { } choice) return default;
            choices.Add(choice);
        }
        return choices.DrainToImmutable();
    }

    private static Problem NotFinite =>
        new("The probabilities of the next token are not numbers; try a smaller learning_rate, or a temperature nearer to 1.");

    // The place of the next choice: the cache of all tokens before the last one, this token, and the random generator.
    private readonly record struct Place(KeyValueCache Before, int Last, PythonRandom Random);

    // The place after some tokens, of which the first are dropped if they do not fit the block.
    private static Place Read(Decoder decoder, ImmutableArray<int> tokens, PythonRandom random, CancellationToken cancellation)
    {
        var cache = KeyValueCache.Empty;
        foreach (var token in tokens.AsSpan()[Math.Max(0, tokens.Length - decoder.BlockSize)..^1])
        {
            cancellation.ThrowIfCancellationRequested();
            (_, cache) = decoder.Step(cache, token);
        }
        return new(cache, tokens[^1], random);
    }

    // Chooses the next token, and moves to the place after it. There is no choice if a probability is not finite.
    private static TokenChoice? Choose(Decoder decoder, SamplingOptions options, ref Place at, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (at.Before.Length == decoder.BlockSize)
        {
            ImmutableArray<int> tokens = [.. at.Before.Tokens(), at.Last];
            at = Read(decoder, tokens[^((decoder.BlockSize + 1) / 2)..], at.Random, cancellation);
        }
        return options.IsInProportion && !options.KeepsProbabilities
            ? Draw(decoder, options.Temperature, ref at) : Predict(decoder, options, ref at);
    }

    private static TokenChoice? Draw(Decoder decoder, Temperature temperature, ref Place at)
    {
        var (share, random) = at.Random.Random();
        var (choice, cache) = decoder.Draw(at.Before, at.Last, temperature, share);
        if (choice is not null) at = new(cache, choice.Token, random);
        return choice;
    }

    private static TokenChoice? Predict(Decoder decoder, SamplingOptions options, ref Place at)
    {
        var (all, cache) = decoder.Predict(at.Before, at.Last, options.Temperature);
        var probabilities = options.Truncate(all);
        if (probabilities.Any(double.IsNaN)) return null; // a softmax has no other number that is not finite
        var (choice, random) = options.Choose(probabilities, at.Random);
        at = new(cache, choice.Token, random);
        return options.KeepsProbabilities ? choice : new(choice.Probability, choice.Token);
    }
}
