using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// Adam with decoupled weight decay: in each step a weight matrix shrinks by a share of itself, rate times decay, and then Adam's step
/// follows (Loshchilov and Hutter, 2019). The decay is no part of the gradient, so Adam does not divide it by the root mean square.
/// Vectors, such as biases and gains, do not decay.
/// </summary>
public sealed record AdamW : Adam
{
    /// <summary>The decay. A matrix keeps 1 - rate·decay of itself in a step. With decay 0 the optimizer is Adam, bit for bit.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>True if the embeddings decay too. By default they do not, because most of their rows have no gradient in a step.</summary>
    public bool DecayEmbeddings { get; init; }

    public override string Name => "adamw";

    public override ImmutableArray<Setting<Optimizer>> Hyperparameters =>
    [
        Setting<Optimizer>.NotNegative("weight_decay", WeightDecay, value => this with { WeightDecay = value },
            "The weight decay: a weight matrix keeps 1 - rate·decay of itself in a step."),
        Setting<Optimizer>.Flag("decay_embeddings", DecayEmbeddings, value => this with { DecayEmbeddings = value },
            "Let the embeddings wte and wpe decay, too."),
        .. base.Hyperparameters,
    ];

    public override ImmutableArray<StepInput> Inputs => [.. base.Inputs, new("keep", (_, rate) => 1 - rate * WeightDecay)];

    public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
    {
        var decays = parameter.Definition.Kind == ParameterKind.Weight
            || (parameter.Definition.Kind == ParameterKind.Embedding && DecayEmbeddings);
        return Step(decays ? parameter * inputs[3] : parameter, gradient, slots, inputs);
    }
}
