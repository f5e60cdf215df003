using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
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
            Variable parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
        {
            var (right, newSlots) = base.Update(parameter, gradient, slots, inputs);
            return (right.Replace(op => op is Pairwise<Quotient> ? new Pairwise<RoundedTwice>(default) : op), newSlots);
        }
    }

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The two roundings",
            "Adam multiplies by a reciprocal where the original divides: the product is rounded twice, and some last bits are others.",
            "should be exactly",
            Kill.Of(nameof(TrainingLaws.HasTheBitsOfTheOriginal), TrainingInputs.Gradients, history =>
                TrainingLaws.HasTheBitsOfTheOriginal(history.Gradients, OptimizerUpdates.By(new Reciprocals())))),
    ];
}
