using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// Adam, the blessed optimizer: each parameter steps against the running mean of its gradient, divided by the gradient's root mean
/// square and times the learning rate (Kingma and Ba, 2015).
/// </summary>
public record Adam : Optimizer
{
    /// <summary>The decay rate of m, the running mean of the gradient.</summary>
    public double Beta1 { get; init; } = 0.85;

    /// <summary>The decay rate of v, the running mean of the gradient's square.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>The term that keeps the denominator above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    public override string Name => "adam";

    public override ImmutableArray<Setting<Optimizer>> Hyperparameters =>
    [
        Setting<Optimizer>.Share("beta1", Beta1, value => this with { Beta1 = value },
            "The decay rate of the running mean of the gradient."),
        Setting<Optimizer>.Share("beta2", Beta2, value => this with { Beta2 = value },
            "The decay rate of the running mean of the gradient's square."),
        Setting<Optimizer>.Positive("epsilon", Epsilon, value => this with { Epsilon = value },
            "The term that keeps the denominator above 0."),
        .. base.Hyperparameters,
    ];

    public sealed override ImmutableArray<SlotDefinition> Slots => [new("m"), new("v", Least: 0)];

    // Both means start from 0. Division by 1 - βᵗ corrects this bias.
    public override ImmutableArray<StepInput> Inputs =>
    [
        StepInput.LearningRate,
        new("bias1", (step, _) => 1 - Math.Pow(Beta1, step + 1)),
        new("bias2", (step, _) => 1 - Math.Pow(Beta2, step + 1)),
    ];

    public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs) =>
        Step(parameter, gradient, slots, inputs);

    /// <summary>Adam's update of any expression. Plain numbers are divided by <c>Over</c>, rounded once, as in the original.</summary>
    public (Expr Parameter, ImmutableArray<Expr> Slots) Step(
        Expr parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
    {
        var (rate, bias1, bias2) = (inputs[0], inputs[1], inputs[2]);
        var m = Beta1 * slots[0] + (1 - Beta1) * gradient;
        var v = Beta2 * slots[1] + (1 - Beta2) * gradient.Pow(2);
        return (parameter - (rate * m.Over(bias1)).Over(v.Over(bias2).Pow(0.5) + Epsilon), [m, v]);
    }
}
