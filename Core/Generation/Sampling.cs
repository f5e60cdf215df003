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

/// <summary>A document that a GPT generated.</summary>
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

/// <summary>The generation of documents: from logits to probabilities to tokens.</summary>
public static class Sampling
{
    /// <summary>
    /// Generates a document. After BOS and the prompt, one token after another is chosen, until BOS is chosen or the block is full. The
    /// result is a problem if the prompt fills the block, or if a probability is not finite, as after training that diverged.
    /// </summary>
    /// <exception cref="OperationCanceledException">The generation is cancelled, which is observed at each token.</exception>
    public static Either<Problem, GeneratedDocument> Document(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, PythonRandom random, CancellationToken cancellation = default)
    {
        var configuration = decoder.Configuration;
        if (prompt.Length >= configuration.BlockSize)
            return new Problem($"The prompt has {prompt.Length} characters, and the model sees {configuration.BlockSize} positions, "
                + $"the beginning included; give at most {configuration.BlockSize - 1}.");

        var bos = configuration.VocabSize - 1;
        var (choices, cache, token) = (ImmutableArray.CreateBuilder<TokenChoice>(), KeyValueCache.Empty, bos);
        foreach (var next in prompt)
            (cache, token) = (decoder.Step(cache, token).Next, next);
        while (prompt.Length + choices.Count < configuration.BlockSize && (choices.Count == 0 || token != bos))
        {
            cancellation.ThrowIfCancellationRequested();
            (var logits, cache) = decoder.Step(cache, token);
            var probabilities = options.Probabilities(logits);
            if (probabilities.AsSpan().ContainsAnyExceptInRange(0, 1))
                return new Problem("The probabilities of the next token are not numbers; "
                    + "try a smaller learning_rate, or a temperature nearer to 1.");
            (var choice, random) = options.Choose(probabilities, random);
            choices.Add(choice);
            token = choice.Token;
        }
        return new GeneratedDocument(prompt, choices.ToImmutable(), random);
    }

    /// <summary>
    /// Generates documents without end, unless there is a problem, which is then the last item. Each document continues with the
    /// random generator of the document before.
    /// </summary>
    /// <exception cref="OperationCanceledException">The generation is cancelled.</exception>
    public static IEnumerable<Either<Problem, GeneratedDocument>> Documents(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, PythonRandom random, CancellationToken cancellation = default)
    {
        for (var isRunning = true; isRunning;)
        {
            var document = Document(decoder, options, prompt, random, cancellation);
            yield return document;
            (random, isRunning) = document.Match(Right: generated => (generated.Next, true), Left: _ => (random, false));
        }
    }
}
