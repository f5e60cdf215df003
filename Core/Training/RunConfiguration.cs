using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Training;

/// <summary>The floating-point format that training computes in.</summary>
public enum Precision
{
    /// <summary>64 bits.</summary>
    Double,

    /// <summary>32 bits.</summary>
    Single,
}

/// <summary>The engines by which a run can compute its gradients.</summary>
public enum EngineKind
{
    /// <summary>Kernels on whole matrices.</summary>
    Compiled,

    /// <summary>One number at a time.</summary>
    Scalar,
}

/// <summary>
/// The configuration of a run, beside its documents and the sizes of its model. Two runs of the same configuration are the same run.
/// A configuration is valid: only <see cref="Create"/> makes one.
/// </summary>
public sealed record RunConfiguration
{
    private RunConfiguration(TrainingSchedule schedule, BigInteger seed, Precision precision, EngineKind engine, double validation) =>
        (Schedule, Seed, Precision, Engine, Validation) = (schedule, seed, precision, engine, validation);

    /// <summary>Steps, learning rate and batch size.</summary>
    public TrainingSchedule Schedule { get; }

    /// <summary>The seed of the random generator.</summary>
    public BigInteger Seed { get; }

    /// <summary>The floating-point format.</summary>
    public Precision Precision { get; }

    /// <summary>The engine.</summary>
    public EngineKind Engine { get; }

    /// <summary>The share of the documents that is held out for validation, from 0 to below 1.</summary>
    public double Validation { get; }

    /// <summary>The configuration, or every problem of these values.</summary>
    public static Validation<Problem, RunConfiguration> Create(
        TrainingSchedule schedule, BigInteger seed, Precision precision, EngineKind engine, double validation) =>
        (Validate.AtLeast(0, "seed", seed), Validate.Share("validation", validation))
            .Apply((seed, validation) => new RunConfiguration(schedule, seed, precision, engine, validation));
}
