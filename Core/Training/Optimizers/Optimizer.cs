using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;

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

/// <summary>A constant of an optimizer that a run can choose, such as beta1.</summary>
/// <param name="Name">The name, as in files and messages.</param>
/// <param name="Value">The value that the optimizer has.</param>
/// <param name="IsFlag">True if the value is a choice: 1 for yes, 0 for no.</param>
/// <param name="Check">Returns the value if it is valid, or a problem.</param>
/// <param name="With">The optimizer with another value.</param>
/// <param name="Meaning">The meaning, in a sentence.</param>
public sealed record Hyperparameter(
    string Name, double Value, bool IsFlag, Func<string, double, Validation<Problem, double>> Check, Func<double, Optimizer> With,
    string Meaning)
{
    /// <summary>A share: at least 0 and less than 1.</summary>
    public static Hyperparameter Share(string name, double value, Func<double, Optimizer> with, string meaning) =>
        new(name, value, IsFlag: false, Validate.Share, with, meaning);

    /// <summary>A finite number greater than 0.</summary>
    public static Hyperparameter Positive(string name, double value, Func<double, Optimizer> with, string meaning) =>
        new(name, value, IsFlag: false, Validate.Positive, with, meaning);

    /// <summary>A finite number of at least 0.</summary>
    public static Hyperparameter NotNegative(string name, double value, Func<double, Optimizer> with, string meaning) =>
        new(name, value, IsFlag: false, Validate.NotNegative, with, meaning);

    /// <summary>A choice between yes and no.</summary>
    public static Hyperparameter Flag(string name, bool value, Func<bool, Optimizer> with, string meaning) =>
        new(name, value ? 1 : 0, IsFlag: true, Validate.Flag, choice => with(choice == 1), meaning);
}

/// <summary>An optimizer: the rule by which a step changes parameters. It is a value; equal optimizers make equal steps.</summary>
public abstract record Optimizer
{
    /// <summary>The name, as in files and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The largest norm of the whole gradient. A larger gradient is scaled down to this norm. With 0 there is no limit.</summary>
    public double Clip { get; init; }

    /// <summary>The constants that a run can choose.</summary>
    public virtual ImmutableArray<Hyperparameter> Hyperparameters =>
    [
        Hyperparameter.NotNegative("clip", Clip, value => this with { Clip = value },
            "The largest norm of the whole gradient; a larger gradient is scaled down. With 0 there is no limit."),
    ];

    /// <summary>The slots, in order.</summary>
    public abstract ImmutableArray<SlotDefinition> Slots { get; }

    /// <summary>The inputs of a step, in order.</summary>
    public virtual ImmutableArray<StepInput> Inputs => [StepInput.LearningRate];

    /// <summary>The parameter and its slots after a step, as expressions.</summary>
    /// <param name="parameter">The parameter, a matrix. Its name tells embeddings from weight matrices.</param>
    /// <param name="gradient">The gradient of the loss with respect to the parameter, of the same shape.</param>
    /// <param name="slots">The slots of the parameter before the step, each of the same shape.</param>
    /// <param name="inputs">The inputs of the step, each broadcast to the same shape.</param>
    public abstract (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Variable parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs);

    /// <summary>A problem with hyperparameters that do not fit each other, or none.</summary>
    protected virtual Option<Problem> Conflict => Option<Problem>.None;

    /// <summary>This optimizer if its hyperparameters are valid. Otherwise all problems with them.</summary>
    public Validation<Problem, Optimizer> Validate()
    {
        var problems = Conflict.ToSeq()
            + Hyperparameters.ToSeq().Bind(hyperparameter => hyperparameter.Check(hyperparameter.Name, hyperparameter.Value).FailToSeq());
        return problems.IsEmpty ? this : problems;
    }

    /// <summary>This optimizer with another value of one of its hyperparameters, or a problem with its name or its value.</summary>
    public Validation<Problem, Optimizer> With(string name, double value) =>
        Hyperparameters.FirstOrDefault(hyperparameter => hyperparameter.Name == name) is { } found
            ? found.Check(name, value).Map(found.With)
            : new Problem($"{Name} has no {name}; it has {string.Join(", ", Hyperparameters.Select(each => each.Name))}.");
}
