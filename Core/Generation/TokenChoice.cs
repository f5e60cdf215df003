using System.Collections.Immutable;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

/// <summary>A choice of the next token.</summary>
/// <param name="Probabilities">The probability of each token, [vocab_size], or none if they are not kept.</param>
/// <param name="Token">The chosen token.</param>
public sealed record TokenChoice(ImmutableArray<double> Probabilities, int Token)
{
    /// <summary>The choice of a token whose probability alone is kept.</summary>
    internal TokenChoice(double probability, int token) : this([], token) => Probability = probability;

    /// <summary>The choice that <see cref="PythonRandom.Pick"/> makes; null if there is none.</summary>
    internal static TokenChoice? Draw(ReadOnlySpan<double> probabilities, double share) =>
        PythonRandom.Pick(probabilities, share) is var token and >= 0
            ? new(probabilities[token], token) : null;

    /// <summary>The probability of the chosen token.</summary>
    public double Probability { get; } = Probabilities.IsEmpty ? 0 : Probabilities[Token];

    public override string ToString() => FormattableString.Invariant($"token {Token} of probability {Probability:G4}");

    public bool Equals(TokenChoice? other) => other is not null
        && Token == other.Token && Probability == other.Probability && Probabilities.ContentEquals(other.Probabilities);

    public override int GetHashCode() => HashCode.Combine(Token, Probabilities.Length);
}
