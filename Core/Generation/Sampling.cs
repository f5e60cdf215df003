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

/// <summary>The options of sampling.</summary>
/// <param name="Temperature">The divisor of the logits, above 0. A low one sharpens the distribution, a high one flattens it.</param>
/// <param name="TopK">Top-k sampling: only the k most likely tokens can be drawn. At least 1.</param>
/// <param name="TopP">
/// Nucleus sampling: only the most likely tokens can be drawn, the fewest whose probabilities add up to at least p. Above 0.
/// </param>
public sealed record SamplingOptions(double Temperature, Option<int> TopK, Option<double> TopP)
{
    /// <summary>Sampling from all tokens, at a temperature.</summary>
    public static SamplingOptions Of(double temperature) => new(temperature, Option<int>.None, Option<double>.None);

    /// <summary>
    /// The probability of each token, [vocab_size]: softmax(logits / temperature) over the tokens that can be drawn, 0 for the others.
    /// </summary>
    public ImmutableArray<double> Probabilities(ImmutableArray<double> logits)
    {
        var (scale, largest, total) = (Math.Pow(Temperature, -1), double.NegativeInfinity, 0.0);
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
    /// Generates a document. After BOS and the prompt, one token after another is drawn, until BOS is drawn or the block is full. The
    /// result is a problem if the prompt fills the block, or if a probability is not finite, as after training that diverged.
    /// </summary>
    public static Either<Problem, GeneratedDocument> Document(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, PythonRandom random)
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
            (var logits, cache) = decoder.Step(cache, token);
            var probabilities = options.Probabilities(logits);
            if (!probabilities.All(double.IsFinite))
                return new Problem("The probabilities of the next token are not numbers; "
                    + "try a smaller learning_rate, or a temperature nearer to 1.");
            (token, random) = random.Choices(probabilities.AsSpan());
            choices.Add(new(probabilities, token));
        }
        return new GeneratedDocument(prompt, choices.ToImmutable(), random);
    }

    /// <summary>
    /// Generates documents without end, unless there is a problem, which is then the last item. Each document continues with the
    /// random generator of the document before.
    /// </summary>
    public static IEnumerable<Either<Problem, GeneratedDocument>> Documents(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> prompt, PythonRandom random)
    {
        for (var isRunning = true; isRunning;)
        {
            var document = Document(decoder, options, prompt, random);
            yield return document;
            (random, isRunning) = document.Match(Right: generated => (generated.Next, true), Left: _ => (random, false));
        }
    }
}
