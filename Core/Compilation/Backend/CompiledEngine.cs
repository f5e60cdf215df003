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
    /// Compiles the engine of a GPT, in the precision of T, for batches of at most <paramref name="documents"/> documents. Concurrent calls
    /// are safe, because each call uses separate buffers.
    /// </summary>
    public static Engine Compile<T>(Gpt gpt, int documents) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = LossAndGradient(gpt);
        var pool = new WorkspacePool<Engine>(() =>
        {
            var parameters = new ParameterBuffers<T>(gpt.Configuration);
            var layout = new BatchLayout(documents, documents * gpt.Configuration.BlockSize);
            var worker = new ShardWorker<T>([.. lossAndGradient.Select(x => new Output(x))], layout, parameters.Of(gpt.Variables));
            return (point, batch, _) =>
            {
                parameters.Load(point);
                return (worker.Run(batch), new(point.Configuration, parameters.Store(point.Configuration, worker.Results.AsSpan()[1..])));
            };
        });
        return (parameters, batch, cancellation) => pool.Use(engine => engine(parameters, batch, cancellation));
    }

    /// <summary>
    /// The loss of a GPT, followed by the gradient of the loss with respect to each parameter, after simplification and fusion.
    /// </summary>
    public static ImmutableArray<Expr> LossAndGradient(Gpt gpt, Observer observer = default)
    {
        var loss = Fusion.Fuse([gpt.Loss], observer)[0];
        var gradient = loss.Backward(observer);
        return Fusion.Fuse([loss, .. gpt.Variables.Select(variable => gradient[variable])], observer);
    }
}
