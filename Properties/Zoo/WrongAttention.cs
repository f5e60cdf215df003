using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>Mutants of attention, where most ports go wrong.</summary>
public static class WrongAttention
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The missing 1/√d",
            "The scores are scaled by 1/√d on the way up, and their gradients are not on the way down. With d = 1 there is no difference.",
            "the gradient of ",
            Kill.ThroughAdjoints(Mutation.Pullback<Scores>((right, result, k, cotangent) =>
                right.Pullback(result, k, cotangent * Math.Sqrt(result.Arguments[0].Shape.Columns / right.Heads.Count))))),
        new("The mask that is off by one",
            "The backward pass masks not only the positions after each position, but also the position itself.",
            "the gradient of ",
            Kill.ThroughAdjoints(Mutation.Pullback<Mask>((right, _, _, cotangent) =>
                Kept(cotangent, right.Heads, (_, position, t) => t < position)))),
        new("The deaf past",
            "A key or value is trained only at its own position: the gradients from later positions, which attend to it, are dropped. "
            + "The direction stays almost right, and training almost works.",
            "the gradient of ",
            Kill.ThroughAdjoints(Mutation.Backward(operation => operation switch
            {
                Scores scores => new WrongPullback(scores, (result, k, cotangent) =>
                    scores.Pullback(result, k, k == 0 ? cotangent : Kept(cotangent, scores.Heads, (_, position, t) => t == position))),
                Mix mix => new WrongPullback(mix, (result, k, cotangent) => k == 0
                    ? mix.Pullback(result, k, cotangent)
                    : Kept(result.Arguments[0], mix.Heads, (_, position, t) => t == position)
                        .Spread(cotangent, mix.Heads, result.Arguments[1].Shape.Rows)),
                _ => operation,
            }))),
        new("The favourite head",
            "Only the first head's weights are trained. Only a permutation of the heads shows it.",
            "the gradient of ",
            Kill.ThroughAdjoints(nameof(GptLaws.IsRearrangedWithTheModel), Mutation.Pullback<Scores>((right, result, k, cotangent) =>
                right.Pullback(result, k, Kept(cotangent, right.Heads, (head, _, _) => head == 0))),
                (model, engine) => GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfHeads(model), engine))),
        new("The clairvoyant",
            "A position mixes the values of the positions after those it looks at: it knows the token that it should guess.",
            "with another token in row 1, logit 0 of row 0 is",
            Kill.Of(nameof(LogitLaws.LookOnlyBack), Models.Small, model => LogitLaws.LookOnlyBack(model, Shifted(1)))),
        new("The eavesdropper",
            "A position mixes the values of the positions before those it looks at: the first one hears the document above.",
            "among other documents, logit 0 of row",
            Kill.Of(nameof(LogitLaws.IgnoreOtherDocuments), Models.Small, model => LogitLaws.IgnoreOtherDocuments(model, Shifted(-1)))),
        new("The goldfish",
            "Generation starts with an empty cache at every position, and forgets what it has seen.",
            "logit 0 of row 1 is",
            Kill.Of(nameof(LogitLaws.AreTheSame), Models.Small, model => LogitLaws.AreTheSame(model, Forgetful, LogitLaws.AtOnce)),
            Kill.Of(nameof(LogitLaws.AreRightToTheirPrecision), Models.Small,
                model => LogitLaws.AreRightToTheirPrecision(model, Forgetful, Tolerance.OfSingle))),
        new("The row below",
            "Keys and values are appended to the cache one row below the position, where the position does not look.",
            "logit 0 of row 0 is",
            Kill.Of(nameof(LogitLaws.AreTheSame), Models.Small, model => LogitLaws.AreTheSame(
                model, LogitLaws.Cached((gpt, parameters) => Decoder.Of(gpt, parameters, new(gpt, AppendBelow))), LogitLaws.AtOnce))),
        new("The cache that is not overwritten",
            "The cache with the new row has a buffer of its own. The next position reads the old buffer, in which the row is 0.",
            "logit 0 of row 1 is",
            Kill.Of(nameof(LogitLaws.AreTheSame), Models.Small, model => LogitLaws.AreTheSame(
                model, LogitLaws.Cached(NotOverwritten), LogitLaws.AtOnce, 1e-12))),
        new("The row above",
            "The decoder of any model computes the logits of the whole prefix, and returns those of the row before the last.",
            "logit 0 of row 1 is",
            Kill.Of(nameof(LogitLaws.AreRightToTheirPrecision), AnyModels.Any, model => LogitLaws.AreRightToTheirPrecision(
                model, LogitLaws.Decoded<ModelCase>(any => RowAbove(Decoder.Of(any.Model, any.Parameters))), Tolerance.OfDouble))),
    ];

    private static Expr Kept(Expr weights, Heads heads, Func<int, int, int, bool> kept) =>
        new Application(new SelectWeights(heads, kept), weights);

    private static Logits<GptCase> Shifted(int by) => LogitLaws.Of(gpt =>
        gpt.Logits.Replace(operation => operation is Mix mix ? new MixShifted(mix, by) : operation));

    private static Expr AppendBelow(Expr cached, Expr row)
    {
        var unmoved = row.ScatterAdd(IndexInput.Positions, cached.Shape.Rows);
        return cached + new Application(new RowsBelow(), unmoved);
    }

    private static Decoder NotOverwritten(Gpt gpt, Parameters parameters)
    {
        var right = Decoder.Of(gpt, parameters);
        return right with
        {
            Step = (cache, token) =>
            {
                var (logits, next) = right.Step(cache, token);
                return (logits, cache.With(token, [.. next.Last.Select(_ => 0.0)]));
            },
        };
    }

    private static Decoder RowAbove(Decoder right) => right with
    {
        Step = (cache, token) =>
        {
            var next = right.Step(cache, token).Next;
            return (cache.Before is { } before ? right.Step(before, cache.Token).Logits : right.Step(cache, token).Logits, next);
        },
    };

    // Each position is the first of its own document.
    private static Matrix<double> Forgetful(GptCase model) => LogitLaws.Cached(Decoder.Of)(model with
    {
        Documents = [.. model.Batch[IndexInput.Tokens].Select(token => ImmutableArray.Create(token, token))],
    });
}
