using System.Numerics;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled trainer: training steps in place, in single or double precision, on one thread or several.</summary>
public static class CompiledTrainer
{
    /// <summary>
    /// Compiles a trainer of a GPT on <paramref name="data"/>, in the precision of T. It uses at most <paramref name="threads"/> threads.
    /// Calls at the same time are safe: each has a workspace of its own.
    /// </summary>
    public static Trainer Compile<T>(Gpt gpt, TrainingData data, int threads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = CompiledEngine.LossAndGradient(gpt);
        var pool = new WorkspacePool<TrainingWorkspace<T>>(() => new(gpt, data, lossAndGradient, threads));
        return (from, steps, onStep) => pool.Use(workspace => workspace.Run(from, Math.Min(steps, data.Schedule.Steps - from.Step), onStep));
    }
}
