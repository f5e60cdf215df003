using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

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

/// <summary>
/// The likelihood of each document under a model, as a function of the parameters. A document has BOS at both ends; as in training, only
/// its first block_size positions count. The likelihood of a document does not depend on the others, to the bit.
/// </summary>
/// <exception cref="OperationCanceledException">The computation is cancelled, and has no result.</exception>
public delegate ImmutableArray<Likelihood> Scorer(
    Parameters parameters, ImmutableArray<ImmutableArray<int>> documents, Observer observer = default);

/// <summary>The reference for scorers: the expression of the losses, evaluated at plain numbers.</summary>
public static class Scorers
{
    /// <summary>The name of the pass over the documents, for an observer.</summary>
    public const string Pass = "score";

    /// <summary>The scorer of a model. The documents are evaluated one by one.</summary>
    public static Scorer Create(LanguageModel model)
    {
        var losses = model.TokenLosses;
        return (parameters, documents, observer) =>
        {
            var matrices = parameters.Matrices(x => new Real(x));
            return [.. documents.Select((document, i) =>
            {
                observer.Report(Pass, i, documents.Length);
                var found = losses.Evaluate(model.Bind(matrices, Batch.Of(model, document)), observer.Cancellation).Entries;
                return new Likelihood(-found.Sum(loss => loss.Plain), found.Length);
            })];
        };
    }
}
