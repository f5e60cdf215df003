using System.Collections.Immutable;

namespace MicroGpt.Training;

/// <summary>The optimizers that a run can choose.</summary>
public static class Optimizers
{
    /// <summary>The optimizer of the Python original.</summary>
    public static Optimizer Default { get; } = new Adam();

    /// <summary>All optimizers, each with the default values of its hyperparameters.</summary>
    public static ImmutableArray<Optimizer> All { get; } = [Default, new AdamW(), new Sgd()];
}
