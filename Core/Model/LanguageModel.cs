using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using static MicroGpt.Model.IndexInput;

namespace MicroGpt.Model;

/// <summary>
/// A language model: parameters and inputs, and a loss that is an expression of both. Trainers, engines and backends take any such model.
/// </summary>
/// <param name="Variables">The parameters, in the order in which they are drawn and stored.</param>
/// <param name="Inputs">The inputs that a document determines.</param>
/// <param name="Loss">The loss of a batch, [1, 1]: the mean over its documents.</param>
/// <param name="Logits">The logits of the next token at each position, [positions, vocab_size], if the model can generate.</param>
/// <param name="BlockSize">The largest number of positions of a document.</param>
/// <param name="VocabSize">The number of tokens, BOS among them.</param>
public sealed record LanguageModel(
    ImmutableArray<Parameter> Variables, ImmutableArray<IndexInput> Inputs, Expr Loss, Option<Expr> Logits, int BlockSize, int VocabSize)
{
    /// <summary>The definitions of the parameters.</summary>
    public ParameterTable Table => new([.. Variables.Select(variable => variable.Definition)]);

    /// <summary>
    /// The loss of each token, -log p, [positions, 1]. A model without logits throws an <see cref="InvalidOperationException"/>.
    /// </summary>
    public Expr TokenLosses => Logits.IfNone(() => throw new InvalidOperationException($"A {this} has no logits to score by."))
        .CrossEntropy(Targets);

    /// <summary>
    /// The model with these logits. Its loss is the mean over documents of the mean over positions of -log p(next token). Its inputs are
    /// tokens, positions and targets, and <paramref name="others"/>.
    /// </summary>
    public static LanguageModel Of(
        ImmutableArray<Parameter> variables, Expr logits, int blockSize, params ImmutableArray<IndexInput> others)
    {
        var loss = logits.CrossEntropy(Targets).MeanRows().MeanRows();
        return new(variables, [Tokens, Positions, Targets, .. others], loss, logits, blockSize, logits.Shape.Columns);
    }

    /// <summary>The model with these logits. Its parameters are those that the logits depend on, in the order of their first use.</summary>
    public static LanguageModel Of(Expr logits, int blockSize, params ImmutableArray<IndexInput> others) =>
        Of([.. PostOrder<Expr>.Of(logits).Nodes.OfType<Parameter>()], logits, blockSize, others);

    /// <summary>The environment in which the expressions are evaluated: the parameters, in any kind of number, and a batch.</summary>
    public Environment<T> Bind<T>(IEnumerable<Matrix<T>> parameters, Inputs batch) where T : IEvaluated<T> =>
        Variables.Zip(parameters, (variable, value) => (variable, value))
            .Aggregate(Environment<T>.Of(batch), (bound, parameter) => bound.With(parameter.variable, parameter.value));

    public override string ToString() => $"language model of {Table}";

    public bool Equals(LanguageModel? other) => other is not null
        && (Loss, Logits, BlockSize, VocabSize) == (other.Loss, other.Logits, other.BlockSize, other.VocabSize)
        && Variables.ContentEquals(other.Variables) && Inputs.ContentEquals(other.Inputs);

    public override int GetHashCode() => HashCode.Combine(Loss, Variables.Length, Inputs.Length);
}
