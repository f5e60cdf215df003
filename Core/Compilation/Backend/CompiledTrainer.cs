using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled trainer: training steps in place, in single or double precision, on one thread or several.</summary>
public static class CompiledTrainer
{
    /// <summary>
    /// Compiles a trainer of a model on <paramref name="data"/>, in the precision of T, by an optimizer. The trainer uses at most
    /// <paramref name="threads"/> threads. Concurrent calls are safe, because each call uses a separate workspace. The first workspace is
    /// compiled here, where <paramref name="observer"/> sees the progress and may cancel.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public static Trainer Compile<T>(
        LanguageModel model, TrainingData data, Optimizer optimizer, int threads, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Compile<T>(model, data, optimizer, new Team(threads), observer);

    /// <summary>Compiles a trainer for a team. See the public overload.</summary>
    internal static Trainer Compile<T>(
        LanguageModel model, TrainingData data, Optimizer optimizer, Team team, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = CompiledEngine.LossAndGradient(model, observer);
        var pool = new WorkspacePool<TrainingWorkspace<T>>(() => new(model, data, optimizer, lossAndGradient, team, default));
        pool.Add(new(model, data, optimizer, lossAndGradient, team, observer));
        return (from, steps, onStep, cancellation) => pool.Use(workspace =>
            workspace.Run(from, Math.Min(steps, data.Schedule.Steps - from.Step), onStep, cancellation));
    }

    /// <summary>
    /// Compiles training for a profiler, on one thread, from the state <paramref name="from"/> on. The function takes the number of a step
    /// and returns the kernels of the step. To make the step, run all kernels in order.
    /// </summary>
    public static Func<int, ImmutableArray<Kernel>> CompileKernels<T>(
        LanguageModel model, TrainingData data, Optimizer optimizer, TrainingState from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var workspace = new TrainingWorkspace<T>(
            model, data, optimizer, CompiledEngine.LossAndGradient(model), new(Threads: 1), default);
        workspace.Load(from);
        return workspace.Kernels;
    }
}
