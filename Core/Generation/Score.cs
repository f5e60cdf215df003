using System.Collections.Immutable;

namespace MicroGpt.Generation;

/// <summary>The likelihood of a document, or of several: the logarithm of its probability, and its number of tokens.</summary>
/// <param name="LogProbability">log p, in nats.</param>
/// <param name="Tokens">The number of tokens after the first BOS. The last BOS is among them unless it is cut off.</param>
public readonly record struct Likelihood(double LogProbability, long Tokens)
{
    /// <summary>The bits per character that an ideal code needs, given these probabilities. The last BOS counts as a character.</summary>
    public double BitsPerCharacter => -LogProbability / Math.Log(2) / Tokens;

    /// <summary>
    /// The perplexity, e to the mean loss of a token. A token is as hard to predict as one of this number of equally likely tokens.
    /// </summary>
    public double Perplexity => Math.Exp(-LogProbability / Tokens);

    /// <summary>The likelihood of two documents together.</summary>
    public static Likelihood operator +(Likelihood a, Likelihood b) => new(a.LogProbability + b.LogProbability, a.Tokens + b.Tokens);

    public override string ToString() => FormattableString.Invariant($"log p {LogProbability:G6} of {Tokens} tokens");
}

/// <summary>The score of a document by a model: the probability of each token, given the tokens before it.</summary>
/// <param name="Choices">The tokens after the first BOS, and their probabilities. The last BOS is among them unless it is cut off.</param>
public sealed record Score(ImmutableArray<TokenChoice> Choices)
{
    /// <summary>The likelihood of the document: the product of the probabilities.</summary>
    public Likelihood Likelihood => new(Choices.Sum(choice => Math.Log(choice.Probability)), Choices.Length);

    public override string ToString() => Likelihood.ToString();

    /// <summary>Scores a document with BOS at both ends. As in training, only its first block_size positions count.</summary>
    public static Score Compute(Decoder decoder, ImmutableArray<int> document)
    {
        var (choices, cache) = (ImmutableArray.CreateBuilder<TokenChoice>(), KeyValueCache.Empty);
        for (var i = 0; i + 1 < document.Length && i < decoder.BlockSize; i++)
        {
            (var logits, cache) = decoder.Step(cache, document[i]);
            choices.Add(new(SamplingOptions.Of(temperature: 1).Probabilities(logits), document[i + 1]));
        }
        return new(choices.ToImmutable());
    }

    public bool Equals(Score? other) => other is not null && Choices.ContentEquals(other.Choices);

    public override int GetHashCode() => Choices.Length;
}
