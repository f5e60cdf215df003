using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Mutants of the layers: backward passes as written by hand, each with a term left out.</summary>
public static class WrongLayers
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The mean that is a sum",
            "The loss is a mean over positions, and its 1/n is left out on the way back: long documents teach more than short ones.",
            "the gradient of ",
            Kill.ThroughAdjoints(Mutation.Pullback<MeanRows>((right, result, k, cotangent) =>
                Positions(result) ? new Application(new UndividedRows(), cotangent) : right.Pullback(result, k, cotangent)))),
        new("The batch that is a sum",
            "The loss is a mean over documents, and its 1/n is left out on the way back: a larger batch is a larger learning rate.",
            "the gradient of ",
            Kill.ThroughAdjoints(nameof(GptLaws.IsTheMeanOfTheDocuments), Mutation.Pullback<MeanRows>((right, result, k, cotangent) =>
                Positions(result) ? right.Pullback(result, k, cotangent) : new Application(new UndividedRows(), cotangent)),
                (model, engine) => GptLaws.IsTheMeanOfTheDocuments(model, engine))),
        new("The loss that is a sum",
            "The loss of a batch is the sum of its documents' losses: a larger batch seems to be harder.",
            "the loss is ",
            Kill.ThroughGpts(nameof(GptLaws.LossIsTheMeanOfTheDocuments), WithLoss(losses => losses.SumRows()),
                GptLaws.LossIsTheMeanOfTheDocuments)),
        new("The mean of all tokens",
            "The loss of a batch is the mean over all its positions, so that a document counts for less beside a longer one.",
            "the loss of documents ",
            Kill.ThroughGpts(nameof(GptLaws.LossDoesNotDependOnNeighbours),
                WithLoss(losses => new Application(new MeanOfTokens(), losses.Arguments)),
                (model, engine) => GptLaws.LossDoesNotDependOnNeighbours(model, engine))),
        new("The forgetful table",
            "The gradient of a row that is looked up twice is written twice, not added: only a token's last occurrence counts.",
            "the gradient of wte",
            Kill.ThroughAdjoints(Mutation.Pullback<Gather>((right, result, k, cotangent) =>
                new Application(new LastOccurrence(right.Indices, result.Arguments[0].Shape.Rows), cotangent)))),
        new("The constant denominator",
            "softmax is differentiated as if the sum below were a constant: every logit may rise, and none has to fall.",
            "the sum of lm_head's gradient over column 0 is",
            Kill.ThroughAdjoints(nameof(GptLaws.LogitGradientsSumToZero),
                Mutation.Pullback<SumGroups>((_, result, _, _) => new Constant(0, result.Arguments[0].Shape)),
                (model, engine) => GptLaws.LogitGradientsSumToZero(model, engine))),
        new("The padding that is a token",
            "Token 0 is taken for padding and never trained. Only a renaming of the tokens shows it.",
            "the gradient of wte",
            Kill.ThroughAdjoints(nameof(GptLaws.IsRearrangedWithTheModel), Mutation.Pullback<Gather>((right, result, k, cotangent) =>
                new Application(new WithoutFirstRow(), right.Pullback(result, k, cotangent))),
                (model, engine) => GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfTokens(model), engine))),
        new("The idle channel",
            "The first channel of the embeddings is taken for a bias and never trained. Only a permutation of the channels shows it.",
            "the gradient of wte",
            Kill.ThroughAdjoints(nameof(GptLaws.IsRearrangedWithTheModel), Mutation.Pullback<Gather>((right, result, k, cotangent) =>
                right.Pullback(result, k, new Application(new WithoutFirstColumn(), cotangent))),
                (model, engine) => GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfChannels(model), engine))),
        new("The idle neuron",
            "The first neuron of each feed-forward layer is never trained. Only a permutation of the neurons shows it.",
            "the gradient of wte",
            Kill.ThroughAdjoints(nameof(GptLaws.IsRearrangedWithTheModel),
                Mutation.Pullback<Pointwise<Relu>>((right, result, k, cotangent) =>
                    right.Pullback(result, k, new Application(new WithoutFirstColumn(), cotangent))),
                (model, engine) => GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfNeurons(model), engine))),
        new("The millionth against zeros",
            "A millionth is added to every derivative, so that none is zero. Powers of two no longer scale it.",
            "the gradient of ",
            Kill.ThroughAdjoints(nameof(GptLaws.ScalesByPowersOfTwoExactly), Mutation.Gradient(g => g + 1e-6),
                (model, engine) => GptLaws.ScalesByPowersOfTwoExactly(model, 3, engine))),
    ];

    // An engine that combines the losses of the documents by another function than the mean. Each of them stays a mean over positions.
    private static EngineOf WithLoss(Func<Expr, Expr> batch) => language => WrongEngines.Loss(language, Rewriting.Rewrite(
        [language.Loss], variable => variable, constant => constant,
        node => node.Operation is MeanRows && !Positions(node) ? batch(node.Arguments[0]) : node)[0]);

    private static bool Positions(Application mean) => mean.Arguments[0].Shape.Rows == Extent.Positions;
}
