using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;

namespace MicroGpt.Reports;

/// <summary>A head of attention while it reads: how much each position attends to each, [positions, positions], 0 for those after it.</summary>
public sealed record HeadAttention(int Layer, int Head, Matrix<double> Weights);

/// <summary>What goes on in a GPT that reads a document.</summary>
/// <param name="Tokens">The token at each position.</param>
/// <param name="Score">How likely it found each token that followed.</param>
/// <param name="Heads">All heads, layer by layer.</param>
public sealed record ForwardTrace(ImmutableArray<int> Tokens, Score Score, ImmutableArray<HeadAttention> Heads)
{
    /// <summary>The reading of a document with BOS at both ends, on as many positions as the block has.</summary>
    public static ForwardTrace Evaluate(Gpt gpt, Parameters parameters, ImmutableArray<int> document)
    {
        var (batch, weights) = (Batch.Of(gpt.Configuration.BlockSize, document), AttentionWeights(gpt));
        var values = Evaluation.Evaluate([gpt.Logits, .. weights], gpt.Bind(parameters.Matrices(x => new Real(x)), batch));
        var n = batch.Packing.Positions;
        return new(
            batch[Gpt.Tokens],
            new([.. Enumerable.Range(0, n).Select(i => new TokenChoice(ProbabilitiesOf(values[0], i), batch[Gpt.Targets][i]))]),
            [.. from layer in Enumerable.Range(0, weights.Length)
                from head in Enumerable.Range(0, gpt.Configuration.NHead)
                let first = head * gpt.Configuration.BlockSize
                select new HeadAttention(layer, head, Matrix<double>.Of(n, n, (i, t) => t <= i ? values[1 + layer][i, first + t].Plain : 0))]);
    }

    // In each layer, what the values are mixed by.
    private static ImmutableArray<Expr> AttentionWeights(Gpt gpt) =>
    [
        .. PostOrder<Expr>.Of(gpt.Logits).Nodes.SelectMany(node => node.Match<IEnumerable<Expr>>(
            _ => [], _ => [], application => application.Operation is Mix ? [application.Arguments[0]] : [])),
    ];

    private static ImmutableArray<double> ProbabilitiesOf(Matrix<Real> logits, int row) =>
        Sampling.Probabilities([.. Enumerable.Range(0, logits.Columns).Select(j => logits[row, j].Plain)], temperature: 1);
}
