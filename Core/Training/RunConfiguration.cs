using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Training;

/// <summary>The numbers that training computes with: 64 or 32 bits each.</summary>
public enum Precision
{
    /// <summary>64 bits.</summary>
    Double,

    /// <summary>32 bits.</summary>
    Single,
}

/// <summary>The ways in which gradients are computed.</summary>
public enum EngineKind
{
    /// <summary>By kernels on whole matrices.</summary>
    Compiled,

    /// <summary>One number at a time.</summary>
    Scalar,
}

/// <summary>
/// All that decides how a run goes, beside its documents and the sizes of its model: two runs of one plan are the same run. Only
/// <see cref="Create"/> makes one, so it is valid.
/// </summary>
public sealed record RunConfiguration
{
    private RunConfiguration(TrainingSchedule schedule, BigInteger seed, Precision precision, EngineKind engine, double validation) =>
        (Schedule, Seed, Precision, Engine, Validation) = (schedule, seed, precision, engine, validation);

    /// <summary>How many steps, the learning rate of each, and how many documents it learns from.</summary>
    public TrainingSchedule Schedule { get; }

    /// <summary>Where chance began.</summary>
    public BigInteger Seed { get; }

    /// <summary>The numbers it computes with.</summary>
    public Precision Precision { get; }

    /// <summary>How gradients are computed.</summary>
    public EngineKind Engine { get; }

    /// <summary>The share of the documents that are held out, from 0 to below 1.</summary>
    public double Validation { get; }

    /// <summary>The plan of these, or everything that is wrong with them.</summary>
    public static Validation<Problem, RunConfiguration> Create(TrainingSchedule schedule, BigInteger seed, Precision precision, EngineKind engine, double validation) =>
        (Validate.AtLeast(0, "seed", seed), Validate.Share("validation", validation))
            .Apply((seed, validation) => new RunConfiguration(schedule, seed, precision, engine, validation));
}
