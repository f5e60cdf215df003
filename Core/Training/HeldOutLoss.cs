using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The mean loss on held-out documents, in nats, as a function of the parameters.</summary>
/// <exception cref="OperationCanceledException">The computation is cancelled, and has no result.</exception>
public delegate double HeldOutLoss(Parameters parameters, CancellationToken cancellation = default);

/// <summary>The reference for losses on held-out documents: the expression of the loss, evaluated at plain numbers.</summary>
public static class HeldOutLosses
{
    /// <summary>The mean loss of one or more documents. The documents are evaluated one by one.</summary>
    public static HeldOutLoss Create(Gpt gpt, ImmutableArray<ImmutableArray<int>> documents) => (parameters, cancellation) =>
    {
        var matrices = parameters.Matrices(x => new Real(x));
        return documents.Average(document =>
            gpt.Loss.Evaluate(gpt.Bind(matrices, Batch.Of(gpt.Configuration.BlockSize, document)), cancellation)[0, 0].Plain);
    };
}
