using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Training;

/// <summary>The floating-point format that training computes in.</summary>
public enum Precision
{
    /// <summary>Numbers of 64 bits.</summary>
    Double,

    /// <summary>Numbers of 32 bits.</summary>
    Single,
}

/// <summary>The engines: the ways to compute gradients, to train, to decode and to validate.</summary>
public enum EngineKind
{
    /// <summary>The compiled engine: kernels on whole matrices.</summary>
    Compiled,

    /// <summary>The engine of the Python original: a graph of single numbers.</summary>
    Scalar,

    /// <summary>The engine that evaluates the expressions of the loss and its gradient.</summary>
    Expression,
}

/// <summary>
/// The configuration of a run, apart from its documents and the sizes of its model. Equal configurations, documents and sizes make
/// the same run. Only <see cref="Create"/> makes a configuration, so it is valid.
/// </summary>
public sealed record RunConfiguration
{
    private RunConfiguration(
        TrainingSchedule schedule, BigInteger seed, Precision precision, EngineKind engine, double validation, Optimizer optimizer) =>
        (Schedule, Seed, Precision, Engine, Validation, Optimizer) = (schedule, seed, precision, engine, validation, optimizer);

    /// <summary>Steps, learning rate and batch size.</summary>
    public TrainingSchedule Schedule { get; }

    /// <summary>The seed of the random generator.</summary>
    public BigInteger Seed { get; }

    /// <summary>The floating-point format that the run computes in.</summary>
    public Precision Precision { get; }

    /// <summary>The engine of the run.</summary>
    public EngineKind Engine { get; }

    /// <summary>The share of the documents that is held out for validation, from 0 to below 1.</summary>
    public double Validation { get; }

    /// <summary>The optimizer that updates the parameters.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The configuration of these values if they are valid. Otherwise all problems with them.</summary>
    public static Validation<Problem, RunConfiguration> Create(
        TrainingSchedule schedule, BigInteger seed, Precision precision, EngineKind engine, double validation, Optimizer optimizer) =>
        (Validate.AtLeast(0, "seed", seed), Validate.Share("validation", validation), optimizer.Validate())
            .Apply((seed, validation, valid) => new RunConfiguration(schedule, seed, precision, engine, validation, valid));
}
