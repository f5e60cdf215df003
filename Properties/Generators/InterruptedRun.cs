using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A run of training, and the step after which it is interrupted.</summary>
public sealed record InterruptedRun(GptCase Model, RunConfiguration Configuration, int StopAfter)
{
    /// <summary>Runs of one to six steps, by each engine and in each precision.</summary>
    public static Arbitrary<InterruptedRun> Any { get; } = Arb.From(
        from model in Models.Small.Generator
        from steps in Gen.Choose(1, 6)
        from stop in Gen.Choose(0, steps)
        from batchSize in Gen.Elements(1, 2, 3, 17)
        from how in Gen.Elements(
            (EngineKind.Scalar, Precision.Double), (EngineKind.Compiled, Precision.Double),
            (EngineKind.Compiled, Precision.Single))
        select new InterruptedRun(model, ConfigurationOf(steps, batchSize, model.Seed, how.Item1, how.Item2), stop));

    /// <summary>The checkpoint before the first step, in the precision of the run.</summary>
    public Checkpoint Start => new(
        Trainer()(TrainingState.Start(Model.Parameters), 0, _ => true).OrThrow(), PythonRandom.Seed(Model.Seed),
        new([.. Enumerable.Range('a', Model.Configuration.VocabSize - 1).Select(c => new Rune(c))]),
        Configuration, Convert.ToHexStringLower(new byte[32]));

    /// <summary>A new trainer, as another process would make it.</summary>
    public Trainer Trainer()
    {
        var data = new TrainingData(Configuration.Schedule, Model.Documents);
        return (Configuration.Engine, Configuration.Precision) switch
        {
            (EngineKind.Scalar, _) => Trainers.Create(Engines.Scalar(Model.Gpt), data),
            (_, Precision.Single) => CompiledTrainer.Compile<float>(Model.Gpt, data, threads: 2),
            _ => CompiledTrainer.Compile<double>(Model.Gpt, data, threads: 2),
        };
    }

    public override string ToString() => $"{Configuration}, stopped after {StopAfter}{Model}";

    private static RunConfiguration ConfigurationOf(int steps, int batchSize, int seed, EngineKind engine, Precision precision) =>
        TrainingSchedule.Create(steps, 0.01, batchSize).Bind(schedule => RunConfiguration.Create(schedule, seed, precision, engine, 0))
            .OrThrow();
}
