using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Optimizers.</summary>
public static class OptimizerCases
{
    /// <summary>All optimizers by default, and those with other slots or updates; a third of them clip.</summary>
    public static Gen<Optimizer> Any { get; } =
        from optimizer in Gen.Elements<Optimizer>(
        [
            .. Optimizers.All, new AdamW { WeightDecay = 0.3, DecayEmbeddings = true }, new Sgd { Momentum = 0.9 },
            new Sgd { Momentum = 0.9, Nesterov = true },
        ])
        from clip in Gen.Elements(0, 0, 0.1)
        select optimizer with { Clip = clip };
}
