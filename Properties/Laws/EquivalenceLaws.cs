using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The scorer of a model: under test.</summary>
public delegate Scorer ScorerOf(LanguageModel model);

/// <summary>A formula has one value, at every kind of number and by every engine.</summary>
public static class EquivalenceLaws
{
    private const int Shard = 256; // the positions of a shard

    /// <summary>A function has one value, to the bit, at every kind of number. Kinds differ in the derivatives they carry.</summary>
    public static Property HasOneValue(IDifferentiable f)
    {
        var value = f.Along(f.Point, (x, _) => new Real(x)).Plain;
        return Verdict.NoneOf(
        [
            .. Verdict.Unequal("the complex step's real part", f.Along(f.Point, ComplexStep.Off).Plain, value),
            .. Verdict.Unequal("the dual number's primal", f.Along(f.Point, (x, v) => new Dual<Real>(new(x), new(v))).Plain, value),
            .. Verdict.Unequal("the graph's primal", f.Along(f.Point, (x, _) => Value<Real>.Variable(new(x))).Plain, value),
        ]);
    }

    /// <summary>An engine finds the loss that the expression has, to the bit.</summary>
    public static Property FindsTheLoss(ModelCase model, EngineOf engine) =>
        Verdict.NoneOf(Verdict.Unequal("the loss", model.By(engine).Loss, model.Loss.Along(model.Loss.Point, (x, _) => new Real(x)).Plain));

    /// <summary>Two engines find the same gradient, up to a share of its largest entry.</summary>
    public static Property FindTheSameGradient(ModelCase model, EngineOf engine, EngineOf reference, double ofLargest) =>
        GptLaws.Apart(model, model.By(engine).Gradient.Values, model.By(reference).Gradient.Values, _ => 0, ofLargest);

    /// <summary>
    /// An engine that computes in a precision finds the loss and the gradient up to its rounding errors: the running error of the scalar
    /// graph, scaled to the precision, and the error of flushing to zero.
    /// </summary>
    public static Property IsRightToItsPrecision(ModelCase model, EngineOf engine, double precision)
    {
        if (!Tolerance.IsBoundedByRunningError(precision, [model.Model.Loss], model.Rounded)) return Verdict.NoneOf([]);
        var (found, expected) = (model.By(engine), model.By(Engines.Scalar));
        var (ofLoss, ofGradient) = model.Loss.Rounding();
        return Verdict.NoneOf(
        [
            .. Verdict.Apart("the loss", found.Loss, expected.Loss, Tolerance.Bound(precision, ofLoss)),
            .. found.Gradient.Values.SelectMany((g, i) => Verdict.Apart(
                $"the gradient of {model.Name(i)}", g, expected.Gradient.Values[i], Tolerance.Bound(precision, ofGradient[i]))),
        ]);
    }

    /// <summary>
    /// The likelihood of each of many documents is the loss of this document alone, up to the rounding errors of the precision.
    /// </summary>
    public static Property ScoresToItsPrecision(ModelCase model, ScorerOf scorer, double precision)
    {
        if (!Tolerance.IsBoundedByRunningError(precision, [model.Model.Loss], model.Rounded)) return Verdict.NoneOf([]);
        var alone = model.Documents.Select((_, i) => model.Alone(i)).Select(each =>
            (Tokens: (double)each.Batch.Packing.Positions, Loss: each.By(Engines.Scalar).Loss, Error: each.Loss.Rounding().Loss)).ToArray();
        return Verdict.NoneOf(scorer(model.Model)(model.Parameters, Many(model)).SelectMany((found, i) =>
        {
            var (tokens, loss, error) = alone[i % alone.Length];
            return Verdict
                .Apart($"log p of document {i}", found.LogProbability, -tokens * loss, Tolerance.Bound(precision, 2 * tokens * error))
                .Concat(Verdict.Unequal($"the number of tokens of document {i}", found.Tokens, tokens));
        }));
    }

    /// <summary>The likelihood of each of many documents is the one that it has alone, to the bit.</summary>
    public static Property ScoresEachAlone(ModelCase model, ScorerOf scorer)
    {
        var score = scorer(model.Model);
        var alone = model.Documents.Select(document => score(model.Parameters, [document])[0].LogProbability).ToArray();
        return Verdict.NoneOf(score(model.Parameters, Many(model)).SelectMany((found, i) =>
            Verdict.Unequal($"log p of document {i} among others", found.LogProbability, alone[i % alone.Length])));
    }

    /// <summary>The mean loss per token weighs each document by its tokens; that per document weighs all documents alike.</summary>
    public static Property AveragesTokensAndDocuments(ModelCase model, Func<ImmutableArray<Likelihood>, MeanLosses> average)
    {
        var documents = Scorers.Create(model.Model)(model.Parameters, model.Documents);
        var (found, losses) = (average(documents), documents.Select(document => -document.LogProbability / document.Tokens).ToArray());
        return Verdict.NoneOf(
        [
            .. Apart("per token", found.PerToken, -documents.Sum(each => each.LogProbability) / documents.Sum(each => each.Tokens)),
            .. Apart("per document", found.PerDocument, losses.Sum() / losses.Length),
        ]);

        // The sums have few terms, all of one sign.
        IEnumerable<string> Apart(string mean, double loss, double expected) =>
            Verdict.Apart($"the loss {mean} of held-out documents", loss, expected, 8 * Tolerance.OfDouble * expected);
    }

    // The documents, repeated until they are more than a shard.
    private static ImmutableArray<ImmutableArray<int>> Many(ModelCase model) =>
        [.. Enumerable.Repeat(model.Documents, 1 + Shard / model.Batch.Packing.Positions).SelectMany(each => each)];
}
