using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LanguageExt;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

/// <summary>A choice of the next token.</summary>
/// <param name="Probabilities">The probability of each token, [vocab_size].</param>
/// <param name="Token">The chosen token.</param>
public sealed record TokenChoice(ImmutableArray<double> Probabilities, int Token)
{
    /// <summary>The probability of the chosen token.</summary>
    public double Probability => Probabilities[Token];

    public override string ToString() => FormattableString.Invariant($"token {Token} of probability {Probability:G4}");

    public bool Equals(TokenChoice? other) => other is not null && Token == other.Token && Probabilities.ContentEquals(other.Probabilities);

    public override int GetHashCode() => HashCode.Combine(Token, Probabilities.Length);
}

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

/// <summary>
/// The temperature of sampling, the divisor of the logits: a low one sharpens the distribution, a high one flattens it. At 0, its limit,
/// decoding is greedy: the likeliest token is taken, the first of several, and nothing is drawn.
/// </summary>
public readonly record struct Temperature
{
    private Temperature(double value) => Value = value;

    /// <summary>The divisor, finite and at least 0.</summary>
    public double Value { get; }

    /// <summary>True at temperature 0.</summary>
    public bool IsGreedy => Value == 0;

    /// <summary>The temperature of greedy decoding, 0.</summary>
    public static Temperature Greedy => default;

    /// <summary>The temperature of this value, or the problem with it, which calls the value by its name.</summary>
    public static Validation<Problem, Temperature> Create(string name, double value) =>
        Validate.NotNegative(name, value).Map(divisor => new Temperature(divisor));

    /// <summary>The temperature of a number. Throws an <see cref="InvalidOperationException"/> if it is negative or not finite.</summary>
    public static implicit operator Temperature(double value) => Create("temperature", value).OrThrow();

    public override string ToString() => IsGreedy ? "greedy" : FormattableString.Invariant($"temperature {Value}");
}

/// <summary>The options of sampling.</summary>
/// <param name="Temperature">The divisor of the logits, or greedy decoding.</param>
/// <param name="TopK">Top-k sampling: only the k most likely tokens can be drawn. At least 1.</param>
/// <param name="TopP">
/// Nucleus sampling: only the most likely tokens can be drawn, the fewest whose probabilities add up to at least p. Above 0.
/// </param>
public sealed record SamplingOptions(Temperature Temperature, Option<int> TopK, Option<double> TopP)
{
    /// <summary>Sampling from all tokens, at a temperature.</summary>
    public static SamplingOptions Of(Temperature temperature) => new(temperature, Option<int>.None, Option<double>.None);

    /// <summary>
    /// The probability of each token, [vocab_size]: softmax(logits / temperature) over the tokens that can be drawn, 0 for the others. At
    /// temperature 0, it is 1 for the first of the largest logits.
    /// </summary>
    public ImmutableArray<double> Probabilities(ImmutableArray<double> logits) =>
        Temperature.IsGreedy ? OneHot(logits) : Softmax(logits);

    /// <summary>Chooses a token: the one of probability 1 if decoding is greedy, else one that is drawn in proportion.</summary>
    public (TokenChoice Value, PythonRandom Next) Choose(ImmutableArray<double> probabilities, PythonRandom random)
    {
        var (token, next) = Temperature.IsGreedy ? (probabilities.IndexOf(1), random) : random.Choices(probabilities.AsSpan());
        return (new(probabilities, token), next);
    }

    // A largest logit that is not finite makes the probabilities NaN, as softmax does.
    private static ImmutableArray<double> OneHot(ImmutableArray<double> logits)
    {
        var largest = logits.Aggregate(double.NegativeInfinity, Math.Max);
        var first = logits.IndexOf(largest);
        return [.. logits.Select((_, i) => !double.IsFinite(largest) ? double.NaN : i == first ? 1 : 0)];
    }

    private ImmutableArray<double> Softmax(ImmutableArray<double> logits)
    {
        var (scale, largest, total) = (Math.Pow(Temperature.Value, -1), double.NegativeInfinity, 0.0);
        var p = new double[logits.Length];
        for (var i = 0; i < p.Length; i++) largest = Math.Max(largest, p[i] = logits[i] * scale);
        for (var i = 0; i < p.Length; i++) total += p[i] = Math.Exp(p[i] - largest);
        var share = Math.Pow(total, -1);
        for (var i = 0; i < p.Length; i++) p[i] *= share;
        return TopK.IsNone && TopP.IsNone ? ImmutableCollectionsMarshal.AsImmutableArray(p) : Truncate(p);
    }

    private ImmutableArray<double> Truncate(double[] probabilities)
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
        var size = decoder.BlockSize;
        var (seen, cache, logits) = (context[Math.Max(0, context.Length - size)..], KeyValueCache.Empty, ImmutableArray<double>.Empty);
        for (var unread = seen; ;)
        {
            foreach (var token in unread)
            {
                cancellation.ThrowIfCancellationRequested();
                (logits, cache) = decoder.Step(cache, token);
            }
            var probabilities = options.Probabilities(logits);
            if (probabilities.AsSpan().ContainsAnyExceptInRange(0, 1))
            {
                yield return new Problem("The probabilities of the next token are not numbers; "
                    + "try a smaller learning_rate, or a temperature nearer to 1.");
                yield break;
            }
            (var choice, random) = options.Choose(probabilities, random);
            yield return (choice, random);
            (seen, unread) = (seen.Add(choice.Token), [choice.Token]);
            if (seen.Length > size) (seen, unread, cache) = (seen[^((size + 1) / 2)..], seen[^((size + 1) / 2)..], KeyValueCache.Empty);
        }
    }

    /// <summary>
    /// Generates at most <paramref name="length"/> tokens after a context of at least one. The token <paramref name="stop"/>, if there is
    /// one, is the last. The result is a problem if a probability is not finite.
    /// </summary>
    /// <exception cref="OperationCanceledException">The generation is cancelled.</exception>
    public static Either<Problem, GeneratedDocument> Text(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> context, Option<int> stop, int length, PythonRandom random,
        CancellationToken cancellation = default)
    {
        var choices = ImmutableArray.CreateBuilder<TokenChoice>();
        foreach (var token in Tokens(decoder, options, context, random, cancellation).Take(length))
        {
            if (token.Case is Problem problem) return problem;
            (var choice, random) = token.OrThrow();
            choices.Add(choice);
            if (stop.Exists(end => end == choice.Token)) break;
        }
        return new GeneratedDocument(context, choices.ToImmutable(), random);
    }

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
        return Text(decoder, options, [bos, .. prompt], bos, most, random, cancellation).Map(text => text with { Prompt = prompt });
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
}
