using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The mean losses of documents, in nats.</summary>
/// <param name="PerToken">The mean of -log p over all predicted tokens. Every token has the same weight.</param>
/// <param name="PerDocument">
/// The mean over documents of the mean over the tokens of each, as in the loss of a training step. A token of a short document weighs more.
/// </param>
public readonly record struct MeanLosses(double PerToken, double PerDocument)
{
    /// <summary>
    /// The mean losses of one or more batches, by the mean loss of each. The documents of a batch have equal lengths, so its mean per
    /// document is its mean per token.
    /// </summary>
    public static MeanLosses Average(IEnumerable<Inputs> batches, IEnumerable<double> losses)
    {
        var (tokens, documents, overTokens, overDocuments) = (0L, 0L, 0.0, 0.0);
        foreach (var (packing, loss) in batches.Select(batch => batch.Packing).Zip(losses))
        {
            (tokens, overTokens) = (tokens + packing.Positions, overTokens + packing.Positions * loss);
            (documents, overDocuments) = (documents + packing.Documents, overDocuments + packing.Documents * loss);
        }
        return new(overTokens / tokens, overDocuments / documents);
    }
}

/// <summary>The mean losses of held-out documents as a function of the parameters.</summary>
/// <exception cref="OperationCanceledException">The computation is cancelled, and has no result.</exception>
public delegate MeanLosses HeldOutLoss(Parameters parameters, CancellationToken cancellation = default);

/// <summary>The reference for losses on held-out documents: the expression of the loss, evaluated at plain numbers.</summary>
public static class HeldOutLosses
{
    /// <summary>The mean losses of one or more documents. The documents are evaluated one by one.</summary>
    public static HeldOutLoss Create(LanguageModel model, ImmutableArray<ImmutableArray<int>> documents) => (parameters, cancellation) =>
    {
        var matrices = parameters.Matrices(x => new Real(x));
        var batches = documents.Select(document => Batch.Of(model, document)).ToArray();
        return MeanLosses.Average(
            batches, batches.Select(batch => model.Loss.Evaluate(model.Bind(matrices, batch), cancellation)[0, 0].Plain));
    };
}
