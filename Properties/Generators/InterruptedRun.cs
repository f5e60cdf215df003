using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A run of training, and the step after which it is interrupted.</summary>
public sealed record InterruptedRun(GptCase Model, Backend Backend, RunConfiguration Configuration, int StopAfter)
{
    /// <summary>Runs of one to six steps, by each backend and optimizer.</summary>
    public static Arbitrary<InterruptedRun> Any { get; } = Arb.From(
        from model in Models.Small.Generator
        from steps in Gen.Choose(1, 6)
        from stop in Gen.Choose(0, steps)
        from batchSize in Gen.Elements(1, 2, 3, 17)
        from backend in Gen.Elements<Backend>(Backends.All)
        from optimizer in OptimizerCases.Any
        select new InterruptedRun(model, backend, ConfigurationOf(model, steps, batchSize, backend, optimizer), stop));

    /// <summary>The checkpoint before the first step, in the precision of the run.</summary>
    public Checkpoint Start => new(
        Trainer()(TrainingState.Start(Model.Parameters, Configuration.Optimizer), 0, _ => true).OrThrow(), PythonRandom.Seed(Model.Seed),
        new([.. Enumerable.Range('a', Model.Configuration.VocabSize - 1).Select(c => new Rune(c))]),
        Configuration, Convert.ToHexStringLower(new byte[32]));

    /// <summary>A new trainer, as another process would make it.</summary>
    public Trainer Trainer() => Backend.CreateTrainer(
        Model.Model, new(Configuration.Schedule, Model.Documents), Configuration.Optimizer, threads: 2);

    public override string ToString() => $"{Configuration}, stopped after {StopAfter}{Model}";

    private static RunConfiguration ConfigurationOf(GptCase model, int steps, int batchSize, Backend backend, Optimizer optimizer) =>
        RunConfiguration.Default with
        {
            Sizes = new(model.Configuration.NEmbd, model.Configuration.NHead, model.Configuration.NLayer, model.Configuration.BlockSize),
            Schedule = TrainingSchedule.Create(steps, 0.01, batchSize).OrThrow(),
            Seed = model.Seed,
            Precision = backend.Precision,
            Engine = backend.Engine!.Value,
            Optimizer = optimizer,
        };
}
