using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>An optimizer by its definition on numbers: one parameter after steps with these gradients, from 1 on.</summary>
public delegate double Definition(string matrix, double rate, ImmutableArray<double> gradients);

/// <summary>Laws of optimizers.</summary>
public static class OptimizerLaws
{
    private const double Rate = 0.01;

    // Some dozens of operations on numbers near 1, each rounded once.
    private const double Rounding = 1e-13;

    /// <summary>Each parameter follows the optimizer's definition on numbers. Parameters do not interact.</summary>
    public static Property Follows(GradientHistory history, Optimizer optimizer, OptimizerUpdate update, Definition definition)
    {
        var end = Trained(history, optimizer, update);
        var table = end.Table;
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, end.Values.Length)
            let gradients = history.Gradients.Select(g => g.Values[i]).ToImmutableArray()
            let expected = definition(table.NameOf(i).Split('[')[0], Rate, gradients)
            from complaint in Verdict.Apart(
                table.NameOf(i), end.Values[i], expected, Rounding * (1 + Rate * gradients.Length * gradients.Max(Math.Abs)))
            select complaint);
    }

    /// <summary>Two optimizers make the same parameters, to the bit.</summary>
    public static Property AreTheSame(GradientHistory history, Optimizer optimizer, Optimizer other)
    {
        var (found, expected) = (
            Trained(history, optimizer, OptimizerUpdates.By(optimizer)), Trained(history, other, OptimizerUpdates.By(other)));
        return Verdict.NoneOf(found.Values.SelectMany((x, i) =>
            Verdict.Unequal(found.Table.NameOf(i), x, expected.Values[i])));
    }

    /// <summary>The first step of gradient descent from 0 is the rate times the gradient, to the bit.</summary>
    public static Property StepsByTheGradient(Gradient gradient, OptimizerUpdate update)
    {
        var moved = update(TrainingState.Start(Parameters.Zero(gradient.Table), new Sgd()), gradient, Rate).Parameters;
        return Verdict.NoneOf(moved.Values.SelectMany((x, i) => Verdict.Unequal("the first step", x, -(Rate * gradient.Values[i]))));
    }

    /// <summary>
    /// Gradient descent at rate 1 from 0 steps against the gradient, by its norm or by the largest norm, whichever is smaller.
    /// </summary>
    public static Property StepsByAtMost(double clip, Gradient gradient, OptimizerUpdate update)
    {
        var moved = update(TrainingState.Start(Parameters.Zero(gradient.Table), new Sgd()), gradient, learningRate: 1).Parameters;
        var norm = Math.Sqrt(gradient.Values.Sum(x => x * x));
        var scale = Math.Min(1, clip / norm);
        return Verdict.NoneOf(moved.Values.SelectMany((x, i) =>
            Verdict.Apart("the step", x, -scale * gradient.Values[i], Rounding * Math.Abs(gradient.Values[i]))));
    }

    private static Parameters Trained(GradientHistory history, Optimizer optimizer, OptimizerUpdate update)
    {
        var zero = Parameters.Zero(history.Gradients[0].Table);
        var start = TrainingState.Start(zero with { Values = [.. zero.Values.Select(_ => 1.0)] }, optimizer);
        return history.Gradients.Aggregate(start, (state, gradient) => update(state, gradient, Rate)).Parameters;
    }
}

/// <summary>Optimizers by their definitions, in plain loops.</summary>
public static class OptimizerDefinitions
{
    /// <summary>AdamW (Loshchilov and Hutter, 2019, algorithm 2).</summary>
    public static Definition AdamW(double decay, bool decaysEmbeddings = false) => (matrix, rate, gradients) =>
    {
        var decays = decaysEmbeddings || matrix is not ("wte" or "wpe");
        var (p, m, v) = (1.0, 0.0, 0.0);
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            m += (1 - 0.85) * (g - m);
            v += (1 - 0.99) * (g * g - v);
            var step = rate * (m / (1 - Math.Pow(0.85, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.99, t))) + 1e-8);
            p -= step + (decays ? rate * decay * p : 0);
        }
        return p;
    };

    /// <summary>Gradient descent, whose velocity is written out as a sum over all gradients.</summary>
    public static Definition Sgd(double momentum = 0, bool nesterov = false) => (_, rate, gradients) =>
    {
        double Velocity(int steps) => Enumerable.Range(0, steps).Sum(s => Math.Pow(momentum, steps - 1 - s) * gradients[s]);
        return 1 - rate * Enumerable.Range(1, gradients.Length).Sum(t =>
            nesterov ? gradients[t - 1] + momentum * Velocity(t) : Velocity(t));
    };
}
