using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Generation;

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
