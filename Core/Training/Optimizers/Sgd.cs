using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// Stochastic gradient descent: a parameter steps against its gradient, times the learning rate. With momentum it steps against the
/// velocity, a sum of all gradients that fade with their age (Polyak, 1964). Nesterov's variant looks one step ahead along the velocity
/// (Sutskever et al., 2013).
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <summary>The share of the velocity that is left after a step. With 0 there is no velocity, and no slot.</summary>
    public double Momentum { get; init; }

    /// <summary>True for Nesterov's momentum.</summary>
    public bool Nesterov { get; init; }

    public override string Name => "sgd";

    public override ImmutableArray<Setting<Optimizer>> Hyperparameters =>
    [
        Setting<Optimizer>.Share("momentum", Momentum, value => this with { Momentum = value },
            "The momentum: the share of the velocity that is left after a step."),
        Setting<Optimizer>.Flag("nesterov", Nesterov, value => this with { Nesterov = value },
            "Nesterov's momentum, which looks one step ahead."),
        .. base.Hyperparameters,
    ];

    public override ImmutableArray<SlotDefinition> Slots => Momentum == 0 ? [] : [new("velocity")];

    protected override Option<Problem> Conflict => Nesterov && Momentum == 0
        ? new Problem("nesterov is a kind of momentum, and momentum is 0; choose a momentum, such as 0.9.")
        : Option<Problem>.None;

    public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
    {
        var rate = inputs[0];
        if (Momentum == 0) return (parameter - rate * gradient, []);
        var velocity = Momentum * slots[0] + gradient;
        return (parameter - rate * (Nesterov ? Momentum * velocity + gradient : velocity), [velocity]);
    }
}
