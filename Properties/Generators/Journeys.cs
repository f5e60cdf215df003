using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A run of training, and the step after which it is interrupted.</summary>
public sealed record Journey(GptCase Model, RunConfiguration Plan, int Stop)
{
    /// <summary>Few steps, in all the ways there are to make them.</summary>
    public static Arbitrary<Journey> Any { get; } = Arb.From(
        from model in Models.Small.Generator
        from steps in Gen.Choose(1, 6)
        from stop in Gen.Choose(0, steps)
        from batchSize in Gen.Elements(1, 2, 3, 17)
        from how in Gen.Elements(
            (EngineKind.Scalar, Precision.Double), (EngineKind.Compiled, Precision.Double),
            (EngineKind.Compiled, Precision.Single))
        select new Journey(model, PlanOf(steps, batchSize, model.Seed, how.Item1, how.Item2), stop));

    /// <summary>Before the first step, as precise as the run is.</summary>
    public Checkpoint Start => new(
        Trainer()(TrainingState.Start(Model.Parameters), 0, _ => true).IfLeft(_ => throw new()), PythonRandom.Seed(Model.Seed),
        new([.. Enumerable.Range('a', Model.Configuration.VocabSize - 1).Select(c => new Rune(c))]), Plan, Convert.ToHexStringLower(new byte[32]));

    /// <summary>A trainer that has seen nothing yet.</summary>
    public Trainer Trainer()
    {
        var course = new TrainingData(Plan.Schedule, Model.Documents);
        return (Plan.Engine, Plan.Precision) switch
        {
            (EngineKind.Scalar, _) => Trainers.Create(Engines.Scalar(Model.Gpt), course),
            (_, Precision.Single) => CompiledTrainer.Compile<float>(Model.Gpt, course, threads: 2),
            _ => CompiledTrainer.Compile<double>(Model.Gpt, course, threads: 2),
        };
    }

    public override string ToString() => $"{Plan}, stopped after {Stop}{Model}";

    private static RunConfiguration PlanOf(int steps, int batchSize, int seed, EngineKind engine, Precision precision) =>
        Schedule.Create(steps, 0.01, batchSize).Bind(schedule => RunConfiguration.Create(schedule, seed, precision, engine, 0))
            .IfFail(problems => throw new ArgumentException($"{problems}"));
}
