using System.Collections.Immutable;

namespace MicroGpt.Generation;

/// <summary>The score of a document by a GPT: the probability of each token, given the tokens before it.</summary>
/// <param name="Choices">The tokens after the first BOS, and their probabilities. The last BOS is among them unless it is cut off.</param>
public sealed record Score(ImmutableArray<TokenChoice> Choices)
{
    /// <summary>log p of the document, in nats.</summary>
    public double LogProbability => Choices.Sum(choice => Math.Log(choice.Probability));

    /// <summary>The bits per character that an ideal code needs, given these probabilities. The last BOS counts as a character.</summary>
    public double BitsPerCharacter => -LogProbability / Math.Log(2) / Choices.Length;

    /// <summary>
    /// The perplexity, e to the mean loss of a token. A token is as hard to predict as one of this number of equally likely tokens.
    /// </summary>
    public double Perplexity => Math.Exp(-LogProbability / Choices.Length);

    public override string ToString() => FormattableString.Invariant($"log p {LogProbability:G6} of {Choices.Length} tokens");

    /// <summary>Scores a document with BOS at both ends. As in training, only its first block_size positions count.</summary>
    public static Score Compute(Decoder decoder, ImmutableArray<int> document)
    {
        var (choices, cache) = (ImmutableArray.CreateBuilder<TokenChoice>(), KeyValueCache.Empty);
        for (var i = 0; i + 1 < document.Length && i < decoder.Configuration.BlockSize; i++)
        {
            (var logits, cache) = decoder.Step(cache, document[i]);
            choices.Add(new(SamplingOptions.Of(temperature: 1).Probabilities(logits), document[i + 1]));
        }
        return new(choices.ToImmutable());
    }

    /// <summary>Combines the scores of documents into one score of all their tokens.</summary>
    public static Score Compute(IEnumerable<Score> scores) => new([.. scores.SelectMany(score => score.Choices)]);

    public bool Equals(Score? other) => other is not null && Choices.ContentEquals(other.Choices);

    public override int GetHashCode() => Choices.Length;
}
