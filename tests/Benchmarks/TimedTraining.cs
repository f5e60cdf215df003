using System.Numerics;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Benchmarks;

/// <summary>
/// The training of a GPT on one thread, in pieces. The time of a step is processor time, since other processes use the machine too.
/// </summary>
internal sealed class TimedTraining
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(400);

    private readonly Trainer trainer;
    private TrainingState state;

    private TimedTraining(Configuration size, Func<Trainer> compile)
    {
        state = TrainingState.Start(Parameters.Draw(size.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        trainer = compile();
        Memory = GC.GetTotalMemory(forceFullCollection: true) - before;
    }

    /// <summary>The bytes that the compiled trainer keeps, parameters and moments included.</summary>
    public long Memory { get; }

    /// <summary>The least processor time of a step, in microseconds.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>The training of a model of some size on windows of running text, which consists of random tokens.</summary>
    public static TimedTraining Of<T>(Configuration size, int batchSize) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tokens = PythonRandom.Seed(42).Repeat(20_000, random => random.RandBelow(size.VocabSize)).Value;
        var text = RunningText.Create("tokens", [.. tokens], size.BlockSize).OrThrow();
        var data = new TrainingData(TrainingSchedule.Create(int.MaxValue, 0.001, batchSize).OrThrow(), text, seed: 42);
        return new(size, () => CompiledTrainer.Compile<T>(new Gpt(size).Model, data, Optimizers.Default, threads: 1));
    }

    /// <summary>Trains several models in turns, a warm-up and some rounds of one piece each.</summary>
    public static void InTurns(int rounds, params ReadOnlySpan<TimedTraining> trainings)
    {
        for (var round = 0; round <= rounds; round++)
            foreach (var training in trainings) training.Train(isTimed: round > 0);
    }

    private void Train(bool isTimed)
    {
        var (began, time, steps) = (TimeSpan.Zero, TimeSpan.Zero, -1); // the first step finds the caches cold, and is not timed
        state = trainer(state, int.MaxValue - state.Step, _ =>
        {
            if (++steps == 0) began = Environment.CpuUsage.UserTime;
            time = Environment.CpuUsage.UserTime - began;
            return time < Piece;
        }).OrThrow();
        if (isTimed) Best = Math.Min(Best, time.TotalMicroseconds / steps);
    }
}
