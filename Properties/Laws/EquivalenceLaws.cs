using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The loss of a model on held-out documents: under test.</summary>
public delegate HeldOutLoss HeldOutLossOf(LanguageModel model, ImmutableArray<ImmutableArray<int>> documents);

/// <summary>A formula has one value, at every kind of number and by every engine.</summary>
public static class EquivalenceLaws
{
    // One to three documents are repeated, so that those of one length are more than a shard of 16. Their mean losses stay the same.
    private const int Repeats = 17;

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
    /// The losses of held-out documents are their means per token and per document, up to the rounding errors of the precision.
    /// </summary>
    public static Property ValidatesToItsPrecision(ModelCase model, HeldOutLossOf held, double precision)
    {
        if (!Tolerance.IsBoundedByRunningError(precision, [model.Model.Loss], model.Rounded)) return Verdict.NoneOf([]);
        ImmutableArray<ImmutableArray<int>> documents = [.. Enumerable.Repeat(model.Documents, Repeats).SelectMany(each => each)];
        var found = held(model.Model, documents)(model.Parameters);
        var alone = model.Documents.Select((_, i) => model.Alone(i)).Select(each =>
            (Tokens: (double)each.Batch.Packing.Positions, Loss: each.By(Engines.Scalar).Loss, Error: each.Loss.Rounding().Loss)).ToArray();
        return Verdict.NoneOf(
        [
            .. Apart("per token", found.PerToken, each => each.Tokens),
            .. Apart("per document", found.PerDocument, _ => 1),
        ]);

        IEnumerable<string> Apart(string mean, double loss, Func<(double Tokens, double Loss, double Error), double> weightOf)
        {
            var sum = alone.Sum(weightOf);
            return Verdict.Apart(
                $"the loss {mean} of held-out documents", loss, alone.Sum(each => weightOf(each) * each.Loss) / sum,
                Tolerance.Bound(precision, 2 * alone.Sum(each => weightOf(each) * each.Error) / sum));
        }
    }
}
