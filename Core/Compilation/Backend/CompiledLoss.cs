using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled loss on held-out documents, in single or double precision.</summary>
public static class CompiledLoss
{
    /// <summary>
    /// Compiles the mean losses of one or more documents, in the precision of T. The means themselves are computed in double precision.
    /// Concurrent calls are safe, because each call uses separate buffers. The first buffers are compiled here, where
    /// <paramref name="observer"/> sees the progress and may cancel.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public static HeldOutLoss Compile<T>(LanguageModel model, ImmutableArray<ImmutableArray<int>> documents, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batches = documents.GroupBy(document => Batch.PositionsOf(document, model.BlockSize))
            .SelectMany(equal => equal.Chunk(Shards.Size)).Select(shard => Batch.Of(model, shard)).ToImmutableArray();
        var loss = Fusion.Fuse([model.Loss], observer);
        var pool = new WorkspacePool<HeldOutLoss>(() => Workspace(default));
        pool.Add(Workspace(observer));
        return (parameters, cancellation) => pool.Use(mean => mean(parameters, cancellation));

        HeldOutLoss Workspace(Observer observer)
        {
            var buffers = new ParameterBuffers<T>(model.Table);
            var layout = new BatchLayout(Shards.Size, batches.Max(batch => batch.Packing.Positions));
            var worker = new ShardWorker<T>(model, [new(loss[0])], layout, buffers.Of(model.Variables), observer);
            return (parameters, cancellation) =>
            {
                buffers.Load(parameters);
                return MeanLosses.Average(batches, batch =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return worker.Run(batch);
                });
            };
        }
    }
}
