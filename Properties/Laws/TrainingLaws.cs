using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>One step of an optimizer: under test.</summary>
public delegate TrainingState OptimizerUpdate(TrainingState state, Gradient gradient, double learningRate);

/// <summary>Updates of training states by optimizers.</summary>
public static class OptimizerUpdates
{
    /// <summary>An optimizer's expressions, evaluated at plain numbers.</summary>
    public static OptimizerUpdate By(Optimizer optimizer) => (state, gradient, learningRate) =>
        OptimizerStep.Of(optimizer, gradient.Table).Evaluate(state, gradient, learningRate).State;
}

/// <summary>Laws of training.</summary>
public static class TrainingLaws
{
    private const double Rate = 0.01, Beta1 = 0.85, Beta2 = 0.99, Epsilon = 1e-8;

    // A dozen operations on either side, each rounded once.
    private const double Rounding = 1e-14;

    /// <summary>
    /// Adam by its definition, with the moments in closed form instead of running means: after t steps, m = (1-β)·Σ βᵗ⁻ⁱ·gᵢ. Parameters
    /// do not interact, so each is tested by its own history of gradients.
    /// </summary>
    public static Property IsAdam(ImmutableArray<Gradient> gradients, OptimizerUpdate update)
    {
        var start = Parameters.Zero(gradients[0].Table);
        var end = gradients.Aggregate(TrainingState.Start(start, new Adam()), (state, g) => update(state, g, Rate)).Parameters;
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, start.Values.Length)
            let steps = Enumerable.Range(1, gradients.Length).Select(t => StepOf([.. gradients.Take(t).Select(g => g.Values[i])])).ToArray()
            from complaint in Verdict.Apart(
                $"parameter {i} after {steps.Length} steps", end.Values[i], -steps.Sum(), Rounding * steps.Sum(Math.Abs))
            select complaint);
    }

    /// <summary>Parameters and moments have the bits that the original's loop over plain numbers finds.</summary>
    public static Property HasTheBitsOfTheOriginal(ImmutableArray<Gradient> gradients, OptimizerUpdate update)
    {
        var start = Parameters.Zero(gradients[0].Table);
        var end = gradients.Aggregate(TrainingState.Start(start, new Adam()), (state, g) => update(state, g, Rate));
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, start.Values.Length)
            let expected = Original([.. gradients.Select(g => g.Values[i])])
            from complaint in Verdict.Unequal($"m of parameter {i}", end["m"].Values[i], expected.M)
                .Concat(Verdict.Unequal($"v of parameter {i}", end["v"].Values[i], expected.V))
                .Concat(Verdict.Unequal($"parameter {i}", end.Parameters.Values[i], expected.P))
            select complaint);
    }

    // The original's loop for one parameter, which starts at 0.
    private static (double P, double M, double V) Original(ImmutableArray<double> gradients)
    {
        var (p, m, v) = (0.0, 0.0, 0.0);
        for (var step = 0; step < gradients.Length; step++)
        {
            m = Beta1 * m + (1 - Beta1) * gradients[step];
            v = Beta2 * v + (1 - Beta2) * Math.Pow(gradients[step], 2);
            var (mean, square) = (m / (1 - Math.Pow(Beta1, step + 1)), v / (1 - Math.Pow(Beta2, step + 1)));
            p -= Rate * mean / (Math.Pow(square, 0.5) + Epsilon);
        }
        return (p, m, v);
    }

    private static double StepOf(ImmutableArray<double> history)
    {
        double Mean(double beta, Func<double, double> of) =>
            history.Select((g, i) => Math.Pow(beta, history.Length - 1 - i) * of(g)).Sum()
                * (1 - beta) / (1 - Math.Pow(beta, history.Length));

        return Rate * Mean(Beta1, g => g) / (Math.Sqrt(Mean(Beta2, g => g * g)) + Epsilon);
    }

    /// <summary>The first step is rate·sign(g), up to a relative error of ε/|g|.</summary>
    public static Property StepsByTheSignFirst(Gradient gradient, OptimizerUpdate update)
    {
        var moved = update(TrainingState.Start(Parameters.Zero(gradient.Table), new Adam()), gradient, Rate).Parameters.Values;
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, moved.Length)
            let g = gradient.Values[i]
            from complaint in Verdict.Apart("the first step", moved[i], -Rate * Math.Sign(g), Rate * (Epsilon / Math.Abs(g) + Rounding))
            select complaint);
    }

    /// <summary>After a few steps on its documents, the loss of a model is lower.</summary>
    public static Property LearnsWhatItSees(ModelCase model, EngineOf engine, Optimizer optimizer)
    {
        var (before, after) = (model.By(engine).Loss, model.After(model.Documents.Length * 10, engine, optimizer).By(engine).Loss);
        return Verdict.That(after < before, FormattableString.Invariant($"the loss went from {before:F4} to {after:F4}"));
    }
}
