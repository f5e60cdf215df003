using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The loss of a GPT on held-out documents: under test.</summary>
public delegate HeldOutLoss HeldOutLossOf(Gpt gpt, ImmutableArray<ImmutableArray<int>> documents);

/// <summary>A formula has one value, at every kind of number and by every engine.</summary>
public static class EquivalenceLaws
{
    // One to three documents are repeated, to be more than a shard of 16. Their mean loss stays the same.
    private const int Repeats = 6;

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
    public static Property FindsTheLoss(GptCase model, Func<Gpt, Engine> engine) =>
        Verdict.NoneOf(Verdict.Unequal("the loss", model.By(engine).Loss, model.Loss.Along(model.Loss.Point, (x, _) => new Real(x)).Plain));

    /// <summary>Two engines find the same gradient, up to a share of its largest entry.</summary>
    public static Property FindTheSameGradient(GptCase model, Func<Gpt, Engine> engine, Func<Gpt, Engine> reference, double ofLargest) =>
        GptLaws.Apart(model, model.By(engine).Gradient.Values, model.By(reference).Gradient.Values, _ => 0, ofLargest);

    /// <summary>
    /// An engine that computes in a precision finds the loss and the gradient up to its rounding errors: the running error of the scalar
    /// graph, scaled to the precision, and the error of flushing to zero.
    /// </summary>
    public static Property IsRightToItsPrecision(GptCase model, Func<Gpt, Engine> engine, double precision)
    {
        if (!Tolerance.IsBoundedByRunningError(precision, [model.Gpt.Loss], model.Rounded)) return Verdict.NoneOf([]);
        var (found, expected) = (model.By(engine), model.By(Engines.Scalar));
        var (ofLoss, ofGradient) = model.Loss.Rounding();
        return Verdict.NoneOf(
        [
            .. Verdict.Apart("the loss", found.Loss, expected.Loss, Tolerance.Bound(precision, ofLoss)),
            .. found.Gradient.Values.SelectMany((g, i) => Verdict.Apart(
                $"the gradient of {model.Name(i)}", g, expected.Gradient.Values[i], Tolerance.Bound(precision, ofGradient[i]))),
        ]);
    }

    /// <summary>A loss on held-out documents is their mean loss, up to the rounding errors of the precision.</summary>
    public static Property ValidatesToItsPrecision(GptCase model, HeldOutLossOf held, double precision)
    {
        if (!Tolerance.IsBoundedByRunningError(precision, [model.Gpt.Loss], model.Rounded)) return Verdict.NoneOf([]);
        ImmutableArray<ImmutableArray<int>> documents = [.. Enumerable.Repeat(model.Documents, Repeats).SelectMany(each => each)];
        return Verdict.NoneOf(Verdict.Apart(
            "the loss on held-out documents", held(model.Gpt, documents)(model.Parameters), model.By(Engines.Scalar).Loss,
            Tolerance.Bound(precision, 2 * model.Loss.Rounding().Loss)));
    }
}
