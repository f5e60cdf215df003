using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants of optimizers: the expression of an update, changed.</summary>
public static class WrongOptimizers
{
    private readonly struct RoundedTwice : IBinaryOp
    {
        public string Name => "quotient";
        public double Forward(double x, double y) => x * Math.Pow(y, -1);
        public Complex Forward(Complex x, Complex y) => x / y;
        public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => default(Quotient).Partials(x, y, z);
    }

    private sealed record Reciprocals : Adam
    {
        public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
            Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
        {
            var (right, newSlots) = base.Update(parameter, gradient, slots, inputs);
            return (right.Replace(op => op is Pairwise<Quotient> ? new Pairwise<RoundedTwice>(default) : op), newSlots);
        }
    }

    private static TrainingState By(Optimizer optimizer, TrainingState state, Gradient gradient, double rate) =>
        OptimizerUpdates.By(optimizer)(state, gradient, rate);

    private static Kill Follows(Optimizer optimizer, Definition definition, OptimizerUpdate update) =>
        Kill.Of(nameof(OptimizerLaws.Follows), TrainingInputs.Gradients, history =>
            OptimizerLaws.Follows(history, optimizer, update, definition));

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The two roundings",
            "Adam multiplies by a reciprocal where the original divides: the product is rounded twice, and some last bits are others.",
            "should be exactly",
            Kill.Of(nameof(TrainingLaws.HasTheBitsOfTheOriginal), TrainingInputs.Gradients, history =>
                TrainingLaws.HasTheBitsOfTheOriginal(history.Gradients, OptimizerUpdates.By(new Reciprocals())))),
        new("The coupled decay",
            "The decay is added to the gradient, and Adam divides it by the root mean square: where the gradient is large, nothing decays.",
            "and should be",
            Follows(new AdamW { WeightDecay = 0.3 }, OptimizerDefinitions.AdamW(0.3), (state, gradient, rate) =>
                By(new Adam(), state, gradient with
                {
                    Values = [.. gradient.Values.Zip(state.Parameters.Values, (g, p) => g + 0.3 * p)],
                }, rate))),
        new("The late velocity",
            "A parameter moves by the velocity that it had before its gradient came: the first step goes nowhere.",
            "and should be",
            Follows(new Sgd { Momentum = 0.9 }, OptimizerDefinitions.Sgd(0.9), (state, gradient, rate) =>
                By(new Sgd { Momentum = 0.9 }, state, gradient, rate) with
                {
                    Parameters = state.Parameters with
                    {
                        Values = [.. state.Parameters.Values.Zip(state["velocity"].Values, (p, velocity) => p - rate * velocity)],
                    },
                })),
        new("The clipped entries",
            "Each entry of the gradient is cut off at the largest norm, where the whole gradient should be scaled: its direction changes.",
            "the step is",
            Kill.Of(nameof(OptimizerLaws.StepsByAtMost), TrainingInputs.Gradients, history =>
                OptimizerLaws.StepsByAtMost(1, history.Gradients[0], (state, gradient, rate) =>
                    By(new Sgd(), state, gradient with { Values = [.. gradient.Values.Select(g => Math.Clamp(g, -1, 1))] }, rate)))),
        new("The unclipped giant",
            "The largest norm is forgotten: one odd document throws the parameters far away.",
            "the step is",
            Kill.Of(nameof(OptimizerLaws.StepsByAtMost), TrainingInputs.Gradients, history =>
                OptimizerLaws.StepsByAtMost(1, history.Gradients[0], OptimizerUpdates.By(new Sgd())))),
        new("The stubborn ascent",
            "Gradient descent adds what it should subtract.",
            "the first step is",
            Kill.Of(nameof(OptimizerLaws.StepsByTheGradient), TrainingInputs.Gradients, history =>
                OptimizerLaws.StepsByTheGradient(history.Gradients[0], (state, gradient, rate) =>
                    By(new Sgd(), state, gradient, -rate)))),
        new("The leaking decay",
            "A decay of 0 still shrinks the weights by one unit in the last place.",
            "should be exactly",
            Kill.Of(nameof(OptimizerLaws.AreTheSame), TrainingInputs.Gradients, history =>
                OptimizerLaws.AreTheSame(history, new AdamW { WeightDecay = 1e-13 }, new Adam()))),
    ];
}
