using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled trainer: training steps in place, in single or double precision, on one thread or several.</summary>
public static class CompiledTrainer
{
    /// <summary>
    /// Compiles a trainer of a GPT on <paramref name="data"/>, in the precision of T. The trainer uses at most <paramref name="threads"/>
    /// threads. Concurrent calls are safe, because each call uses a separate workspace.
    /// </summary>
    public static Trainer Compile<T>(Gpt gpt, TrainingData data, int threads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = CompiledEngine.LossAndGradient(gpt);
        var pool = new WorkspacePool<TrainingWorkspace<T>>(() => new(gpt, data, lossAndGradient, threads));
        return (from, steps, onStep) => pool.Use(workspace =>
            workspace.Run(from, Math.Min(steps, data.Schedule.Steps - from.Step), onStep));
    }

    /// <summary>
    /// Compiles training for a profiler, on one thread, from the state <paramref name="from"/> on. The function takes the number of a step
    /// and returns the kernels of the step. To make the step, run all kernels in order.
    /// </summary>
    public static Func<int, ImmutableArray<Kernel>> CompileKernels<T>(Gpt gpt, TrainingData data, TrainingState from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var workspace = new TrainingWorkspace<T>(gpt, data, CompiledEngine.LossAndGradient(gpt), threads: 1);
        workspace.Load(from);
        return workspace.Kernels;
    }
}
