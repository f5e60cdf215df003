using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;

namespace MicroGpt.Reports;

/// <summary>The weights of an attention head, [positions, positions]: row i holds the weights of positions 0 to i, then zeros.</summary>
public sealed record HeadAttention(int Layer, int Head, Matrix<double> Weights);

/// <summary>The forward pass of a GPT over a document: the tokens, the predictions and the attention weights.</summary>
/// <param name="Tokens">The token at each position.</param>
/// <param name="Score">At each position, the probabilities of the next token, and the actual next token.</param>
/// <param name="Heads">The attention heads, layer by layer.</param>
public sealed record ForwardTrace(ImmutableArray<int> Tokens, Score Score, ImmutableArray<HeadAttention> Heads)
{
    /// <summary>
    /// Evaluates the forward pass over a document, which must have BOS at both ends. Positions beyond the block size are left out.
    /// </summary>
    public static ForwardTrace Evaluate(Gpt gpt, Parameters parameters, ImmutableArray<int> document)
    {
        var (batch, weights) = (Batch.Of(gpt.Model, document), AttentionWeights(gpt));
        var values = Evaluation.Evaluate([gpt.Logits, .. weights], gpt.Model.Bind(parameters.Matrices(x => new Real(x)), batch));
        var n = batch.Packing.Positions;
        return new(
            batch[IndexInput.Tokens],
            new([.. Enumerable.Range(0, n).Select(i => new TokenChoice(ProbabilitiesOf(values[0], i), batch[IndexInput.Targets][i]))]),
            [.. from layer in Enumerable.Range(0, weights.Length)
                from head in Enumerable.Range(0, gpt.Configuration.NHead)
                let first = head * gpt.Configuration.BlockSize
                let attended = Matrix<double>.Of(n, n, (i, t) => t <= i ? values[1 + layer][i, first + t].Plain : 0)
                select new HeadAttention(layer, head, attended)]);
    }

    // The attention weights of each layer are the first argument of the layer's Mix operation.
    private static ImmutableArray<Expr> AttentionWeights(Gpt gpt) =>
    [
        .. PostOrder<Expr>.Of(gpt.Logits).Nodes.SelectMany(node => node.Match<IEnumerable<Expr>>(
            _ => [], _ => [], application => application.Operation is Mix ? [application.Arguments[0]] : [])),
    ];

    private static ImmutableArray<double> ProbabilitiesOf(Matrix<Real> logits, int row) =>
        SamplingOptions.Of(temperature: 1).Probabilities([.. Enumerable.Range(0, logits.Columns).Select(j => logits[row, j].Plain)]);

    public bool Equals(ForwardTrace? other) =>
        other is not null && Score == other.Score && Tokens.ContentEquals(other.Tokens) && Heads.ContentEquals(other.Heads);

    public override int GetHashCode() => HashCode.Combine(Score, Tokens.Length, Heads.Length);
}
