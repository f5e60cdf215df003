using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The mean losses of documents, in nats.</summary>
/// <param name="PerToken">The mean of -log p over all predicted tokens. Every token has the same weight.</param>
/// <param name="PerDocument">
/// The mean over documents of the mean over the tokens of each, as in the loss of a training step. A token of a short document weighs more.
/// </param>
public readonly record struct MeanLosses(double PerToken, double PerDocument)
{
    /// <summary>The mean losses of one or more documents, by the likelihood of each.</summary>
    public static MeanLosses Average(ImmutableArray<Likelihood> documents)
    {
        var all = documents.Aggregate((sum, document) => sum + document);
        return new(
            -all.LogProbability / all.Tokens, documents.Average(document => -document.LogProbability / document.Tokens));
    }
}
