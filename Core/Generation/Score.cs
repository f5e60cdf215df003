using System.Collections.Immutable;

namespace MicroGpt.Generation;

/// <summary>How likely a GPT finds a document: each of its tokens, the BOS that ends it among them, given those before.</summary>
public sealed record Score(ImmutableArray<TokenChoice> Choices)
{
    /// <summary>log p of the document, in nats.</summary>
    public double LogProbability => Choices.Sum(choice => Math.Log(choice.Probability));

    /// <summary>How many bits a character takes that is coded as the GPT expects it, the end counting as one.</summary>
    public double BitsPerCharacter => -LogProbability / Math.Log(2) / Choices.Length;

    /// <summary>Among how many tokens, all equally likely, the choice would have been as hard: e to the loss.</summary>
    public double Perplexity => Math.Exp(-LogProbability / Choices.Length);

    public override string ToString() => FormattableString.Invariant($"log p {LogProbability:G6} of {Choices.Length} tokens");

    /// <summary>The score of a document with BOS at both ends, on as many positions as training learns from.</summary>
    public static Score Compute(Decoder decoder, ImmutableArray<int> document)
    {
        var (choices, cache) = (ImmutableArray.CreateBuilder<TokenChoice>(), KeyValueCache.Empty);
        for (var i = 0; i + 1 < document.Length && i < decoder.Configuration.BlockSize; i++)
        {
            (var logits, cache) = decoder.Step(cache, document[i]);
            choices.Add(new(Sampling.Probabilities(logits, temperature: 1), document[i + 1]));
        }
        return new(choices.ToImmutable());
    }

    /// <summary>The score of documents as if they were one.</summary>
    public static Score Compute(IEnumerable<Score> scores) => new([.. scores.SelectMany(score => score.Choices)]);

    public bool Equals(Score? other) => other is not null && Choices.ContentEquals(other.Choices);

    public override int GetHashCode() => Choices.Length;
}
