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
    /// Compiles the engine of a model, in the precision of T, for batches of at most <paramref name="documents"/> documents. Concurrent
    /// calls are safe, because each call uses separate buffers.
    /// </summary>
    public static Engine Compile<T>(LanguageModel model, int documents) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = LossAndGradient(model);
        var pool = new WorkspacePool<Engine>(() =>
        {
            var parameters = new ParameterBuffers<T>(model.Table);
            var layout = new BatchLayout(documents, documents * model.BlockSize);
            var worker = new ShardWorker<T>(
                model, [.. lossAndGradient.Select(x => new Output(x))], layout, parameters.Of(model.Variables));
            return (point, batch, _) =>
            {
                parameters.Load(point);
                return (worker.Run(batch), new(parameters.Table, parameters.Store(worker.Results.AsSpan()[1..])));
            };
        });
        return (parameters, batch, cancellation) => pool.Use(engine => engine(parameters, batch, cancellation));
    }

    /// <summary>
    /// The loss of a model, followed by the gradient of the loss with respect to each parameter, after simplification and fusion.
    /// </summary>
    public static ImmutableArray<Expr> LossAndGradient(LanguageModel model, Observer observer = default)
    {
        var loss = Fusion.Fuse([model.Loss], observer)[0];
        var gradient = loss.Backward(observer);
        return Fusion.Fuse([loss, .. model.Variables.Select(variable => gradient[variable])], observer);
    }
}
