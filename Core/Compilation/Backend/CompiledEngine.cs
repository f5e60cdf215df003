using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled engine: a program that computes the loss and its gradient, in single or double precision.</summary>
public static class CompiledEngine
{
    /// <summary>
    /// Compiles the engine of a GPT, in the precision of T, for batches of at most <paramref name="documents"/> documents. Concurrent
    /// calls are safe: each has its own buffers.
    /// </summary>
    public static Engine Compile<T>(Gpt gpt, int documents) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = LossAndGradient(gpt);
        var pool = new WorkspacePool<Engine>(() =>
        {
            var (parameters, gradient) = (new ParameterBuffers<T>(gpt.Configuration), new ParameterBuffers<T>(gpt.Configuration));
            var layout = new BatchLayout(documents, documents * gpt.Configuration.BlockSize);
            var program = CompileProgram(gpt, lossAndGradient, layout, parameters, gradient, []);
            return (point, batch) =>
            {
                parameters.Load(point);
                layout.Load(batch);
                program.Run();
                return (double.CreateTruncating(program.Results[0].At(0)), gradient.Store(point.Configuration));
            };
        });
        return (parameters, batch) => pool.Use(engine => engine(parameters, batch));
    }

    /// <summary>The loss of a GPT, followed by its gradient with respect to each parameter, all fused.</summary>
    public static ImmutableArray<Expr> LossAndGradient(Gpt gpt)
    {
        var loss = Fusion.Fuse(gpt.Loss)[0];
        var gradient = loss.Backward();
        return Fusion.Fuse([loss, .. gpt.Variables.Select(variable => gradient[variable])]);
    }

    /// <summary>
    /// Compiles a program of <see cref="LossAndGradient"/>. It reads <paramref name="parameters"/> and writes <paramref name="gradient"/>.
    /// An epilogue consumes its gradient, which is then not available after a run. There is an epilogue for each parameter, or none at all.
    /// </summary>
    internal static Program<T> CompileProgram<T>(
        Gpt gpt, ImmutableArray<Expr> lossAndGradient, BatchLayout layout,
        ParameterBuffers<T> parameters, ParameterBuffers<T> gradient, ImmutableArray<AdamEpilogue<T>> epilogues)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Program<T>.Compile(
            [.. lossAndGradient.Select((x, k) => k == 0
                ? new Output<T>(x)
                : new(x, gradient.Buffers[k - 1], epilogues.ElementAtOrDefault(k - 1)))],
            layout, variable => parameters.Buffers[gpt.Variables.IndexOf(variable)]);
}
