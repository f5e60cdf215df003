using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled loss on held-out documents, in single or double precision.</summary>
public static class CompiledLoss
{
    /// <summary>
    /// Compiles the mean losses of one or more documents, in the precision of T. The means themselves are computed in double precision.
    /// At most <paramref name="threads"/> threads share the batches of a call; the bits of the result do not depend on their number.
    /// Concurrent calls are safe, because each call uses separate buffers. The first buffers are compiled here, where
    /// <paramref name="observer"/> sees the progress and may cancel.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public static HeldOutLoss Compile<T>(
        LanguageModel model, ImmutableArray<ImmutableArray<int>> documents, int threads = 1, Observer observer = default)
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
            var positions = batches.Max(batch => batch.Packing.Positions);
            ShardWorker<T>[] workers = [.. Enumerable.Range(0, Math.Min(threads, batches.Length)).Select(_ => new ShardWorker<T>(
                model, [new(loss[0])], new(Shards.Size, positions), buffers.Of(model.Variables), observer))];
            return (parameters, cancellation) =>
            {
                buffers.Load(parameters);
                return MeanLosses.Average(batches, ComputeLosses(workers, batches, cancellation));
            };
        }
    }

    // The loss of each batch. Every thread takes the batches of its own worker in turns.
    private static double[] ComputeLosses<T>(
        ShardWorker<T>[] workers, ImmutableArray<Inputs> batches, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var losses = new double[batches.Length];
        SpinBarrier.Run(workers.Length, (thread, _) =>
        {
            for (var i = thread; i < batches.Length; i += workers.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                losses[i] = workers[thread].Run(batches[i]);
            }
        });
        return losses;
    }
}
