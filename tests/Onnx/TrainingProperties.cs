using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>Steps of each optimizer by ONNX Runtime, fed back, are right to the precision.</summary>
public class TrainingProperties
{
    private const int Steps = 5;

    private static readonly ImmutableArray<Optimizer> Optimizers =
    [
        new Adam(), new Adam { Clip = 0.1 }, new AdamW(), new AdamW { DecayEmbeddings = true, Clip = 0.1 },
        new Sgd(), new Sgd { Clip = 0.1 }, new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true },
    ];

    [Law(24)]
    public Property Steps_fed_back_are_right_to_double_precision(GptCase model, byte choice) =>
        AreRight(model, Optimizers[choice % Optimizers.Length], new(Precision.Double));

    [Law(24)]
    public Property Steps_fed_back_are_right_to_single_precision(GptCase model, byte choice) =>
        AreRight(model, Optimizers[choice % Optimizers.Length], new(Precision.Single));

    /// <summary>Steps have the values of the optimizer's expressions, up to the rounding errors of all steps so far.</summary>
    internal static Property AreRight(ModelCase model, Optimizer optimizer, OnnxRuntimeBackend foreign) => Verdict.NoneOf(
        from step in FedBackSteps.Run(model, optimizer, foreign).TakeWhile(step => step.IsBounded).Take(Steps).Index()
        from value in step.Item.Values
        from i in Enumerable.Range(0, value.Expected.Entries.Length)
        let x = value.Expected.Entries[i]
        from complaint in Verdict.Apart(
            $"{value.Name} after step {step.Index}", value.Found.Entries[i], x.Plain, Tolerance.Bound(foreign.UnitRoundoff, x.Error))
        select complaint);
}
