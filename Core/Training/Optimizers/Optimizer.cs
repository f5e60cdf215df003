using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

// An optimizer is a function from expressions to expressions. It is written once, and evaluated, printed or compiled like a model.

/// <summary>A slot: a number for each parameter that an optimizer keeps from step to step.</summary>
/// <param name="Name">The name, such as m.</param>
/// <param name="Initial">The value of each number before the first step.</param>
/// <param name="Least">The least value that a number can have.</param>
public sealed record SlotDefinition(string Name, double Initial = 0, double Least = double.MinValue);

/// <summary>An input of a step: a number that is the same for all parameters, and another one in each step.</summary>
/// <param name="Name">The name, such as learning_rate.</param>
/// <param name="ValueAt">The value, from the number of the step, counted from 0, and the learning rate of the step.</param>
public sealed record StepInput(string Name, Func<int, double, double> ValueAt)
{
    /// <summary>The learning rate of the step.</summary>
    public static StepInput LearningRate { get; } = new("learning_rate", (_, rate) => rate);
}

/// <summary>An optimizer: the rule by which a step changes parameters. It is a value; equal optimizers make equal steps.</summary>
public abstract record Optimizer
{
    /// <summary>The name, as in files and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The largest norm of the whole gradient. A larger gradient is scaled down to this norm. With 0 there is no limit.</summary>
    public double Clip { get; init; }

    /// <summary>The constants that a run can choose.</summary>
    public virtual ImmutableArray<Setting<Optimizer>> Hyperparameters =>
    [
        Setting<Optimizer>.NotNegative("clip", Clip, value => this with { Clip = value },
            "The largest norm of the whole gradient; a larger gradient is scaled down. With 0 there is no limit."),
    ];

    /// <summary>The slots, in order.</summary>
    public abstract ImmutableArray<SlotDefinition> Slots { get; }

    /// <summary>The inputs of a step, in order.</summary>
    public virtual ImmutableArray<StepInput> Inputs => [StepInput.LearningRate];

    /// <summary>The parameter and its slots after a step, as expressions.</summary>
    /// <param name="parameter">The parameter, a matrix. Its definition tells its kind.</param>
    /// <param name="gradient">The gradient of the loss with respect to the parameter, of the same shape.</param>
    /// <param name="slots">The slots of the parameter before the step, each of the same shape.</param>
    /// <param name="inputs">The inputs of the step, each broadcast to the same shape.</param>
    public abstract (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs);

    /// <summary>A problem with hyperparameters that do not fit each other, or none.</summary>
    protected virtual Option<Problem> Conflict => Option<Problem>.None;

    /// <summary>All problems with the hyperparameters.</summary>
    public Seq<Problem> Check() => Conflict.ToSeq() + Hyperparameters.ToSeq().Bind(hyperparameter => hyperparameter.Check());
}
