using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Benchmarks;

/// <summary>The time and the allocations of a training step of the compiled trainer.</summary>
[MemoryDiagnoser]
public class StepBenchmarks
{
    private const int Steps = 100;

    private TrainingState start = null!;
    private Trainer inSingle = null!, inDouble = null!, clipped = null!;

    [Params(16, 64)]
    public int NEmbd { get; set; }

    [Params(1, 16)]
    public int BatchSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var configuration = Configuration.Create(NEmbd, 4, 1, 16, 27).OrThrow();
        var schedule = TrainingSchedule.Create(1_000_000, 0.01, BatchSize).OrThrow();
        var gpt = new Gpt(configuration);
        var data = new TrainingData(schedule, [.. Enumerable.Range(0, 1000).Select(Document)]);
        start = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        inSingle = CompiledTrainer.Compile<float>(gpt.Model, data, Optimizers.Default, threads: 1);
        inDouble = CompiledTrainer.Compile<double>(gpt.Model, data, Optimizers.Default, threads: 1);
        clipped = CompiledTrainer.Compile<float>(gpt.Model, data, new Adam { Clip = 1 }, threads: 1);
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public Either<Problem, TrainingState> Single() => inSingle(start, Steps, _ => true);

    // A clipped step keeps every gradient until the norm of all of them is known.
    [Benchmark(OperationsPerInvoke = Steps)]
    public Either<Problem, TrainingState> SingleClipped() => clipped(start, Steps, _ => true);

    [Benchmark(OperationsPerInvoke = Steps, Baseline = true)]
    public Either<Problem, TrainingState> Double() => inDouble(start, Steps, _ => true);

    // Tokens of five to nine letters, as names have.
    private static ImmutableArray<int> Document(int n) =>
        [26, .. Enumerable.Range(0, 5 + n % 5).Select(i => (n * 7 + i * 11) % 26), 26];
}
