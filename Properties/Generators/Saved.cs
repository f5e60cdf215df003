using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Checkpoints;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A checkpoint of a run at any of its steps.</summary>
public sealed record Saved(Checkpoint Checkpoint)
{
    /// <summary>Checkpoints of models of all sizes, in both precisions, of each optimizer, with any finite numbers.</summary>
    public static Arbitrary<Saved> Any { get; } = Arb.From(
        from model in Models.Any.Generator
        from numbers in Numbers.NonEmptyListOf()
        from characters in Gen.Choose(0, 0x10FFFF).Where(Rune.IsValid).ListOf(model.Configuration.VocabSize - 1)
        from schedule in Schedules.Any.Generator
        from step in Gen.Choose(0, schedule.Steps)
        from best in BestOf(step)
        from gaussians in Gen.Choose(0, 1)
        from precision in Gen.Elements(Precision.Double, Precision.Single)
        from optimizer in OptimizerCases.Any
        let run = Of(model, [.. characters.Distinct().Order()], [.. numbers], schedule, step, gaussians, precision, optimizer)
        select new Saved(run with { Best = best }));

    // Numbers of all magnitudes, and those whose bits are lost most easily: zeros, subnormals, the largest.
    private static Gen<double> Numbers =>
        Gen.OneOf(Reals.Any.Generator, Gen.Elements(0, -0.0, double.Epsilon, double.MaxValue, 1e-310, 3e-39));

    // No validation, some that all were infinite, or a best one.
    private static Gen<BestValidation> BestOf(int steps) =>
        from step in Gen.Choose(0, steps)
        from since in Gen.Choose(0, 3)
        from loss in Reals.Positive(1e-6, 1e6)
        select new BestValidation(step == 0 ? BestValidation.None.Loss : loss, step, since);

    /// <summary>The checkpoint of a small model by Adam, two steps before the last.</summary>
    public static Checkpoint Small(Precision precision) => Of(
        new(Models.Configuration(2, 1, 1, 2, 3), [[2, 0, 2]], seed: 1, scale: 1), ['a', 'é'], [0.5, -0.0, 3e-39],
        TrainingSchedule.Create(5, 0.01).OrThrow(), step: 3, gaussians: 1, precision, Optimizers.Default);

    public override string ToString() => string.Join(", ", Checkpoint.Settings);

    // The alphabet may be smaller than the model's vocabulary: characters that were drawn twice count once.
    private static Checkpoint Of(
        GptCase model, ImmutableArray<int> alphabet, ImmutableArray<double> numbers,
        TrainingSchedule schedule, int step, int gaussians, Precision precision, Optimizer optimizer)
    {
        var given = model.Configuration;
        var configuration = Models.Configuration(given.NEmbd, given.NHead, given.NLayer, given.BlockSize, alphabet.Length + 1);
        var run = RunConfiguration.Default with
        {
            Sizes = new(given.NEmbd, given.NHead, given.NLayer, given.BlockSize),
            Schedule = schedule,
            Seed = model.Seed,
            Precision = precision,
            Engine = precision == Precision.Single ? EngineKind.Compiled : EngineKind.Scalar,
            Validation = 0.1,
            Optimizer = optimizer,
        };
        var random = PythonRandom.Seed(model.Seed).Repeat(gaussians, r => r.Gauss(0, 1)).Next;
        var hash = Convert.ToHexStringLower(new byte[32]);
        var state = new TrainingState(
            new(configuration.Table, Numbers(x => x)),
            [.. optimizer.Slots.Select(slot => new Slot(slot.Name, configuration.Table, Numbers(slot.Least < 0 ? x => -x : Math.Abs)))],
            step);
        return new(state, random, new([.. alphabet.Select(c => new Rune(c))]), run, hash);

        ImmutableArray<double> Numbers(Func<double, double> of) =>
            [.. Enumerable.Range(0, configuration.ParameterCount).Select(i => Rounded(of(numbers[i % numbers.Length])))];

        double Rounded(double x) => precision == Precision.Single ? (float)Math.Clamp(x, float.MinValue, float.MaxValue) : x;
    }
}
