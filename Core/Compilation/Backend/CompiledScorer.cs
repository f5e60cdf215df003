using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The compiled scorer: many documents in one batch, in single or double precision.</summary>
public static class CompiledScorer
{
    // The positions of a shard, unless a document has more. They are rows enough for matrix products, and few enough for the cache.
    private const int Positions = 256;

    /// <summary>
    /// Compiles the scorer of a model, in the precision of T. The losses of a document's tokens are added in double precision. At most
    /// <paramref name="threads"/> threads share the documents of a call; the bits of the result do not depend on their number. Concurrent
    /// calls are safe, because each call uses separate buffers. The first buffers are compiled here, where <paramref name="observer"/> sees
    /// the progress and may cancel.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public static Scorer Compile<T>(LanguageModel model, int threads = 1, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var positions = Math.Max(Positions, model.BlockSize);
        var losses = Fusion.Fuse([model.TokenLosses], observer)[0];
        var pool = new WorkspacePool<Scorer>(() => Workspace(default));
        pool.Add(Workspace(observer));
        return (parameters, documents, observer) => pool.Use(score => score(parameters, documents, observer));

        // The workers of the other threads are compiled when there are documents for them.
        Scorer Workspace(Observer observer)
        {
            var buffers = new ParameterBuffers<T>(model.Table);
            var first = Worker(observer);
            ImmutableArray<Lazy<ShardWorker<T>>> workers =
                [new(first), .. Enumerable.Range(1, threads - 1).Select(_ => new Lazy<ShardWorker<T>>(() => Worker(default)))];
            return (parameters, documents, progress) =>
            {
                buffers.Load(parameters);
                return Score(workers, documents, Shards.Of(documents.Select(Length), positions), progress);
            };

            ShardWorker<T> Worker(Observer observer) =>
                new(model, [new(losses)], new(documents: positions, positions), buffers.Of(model.Variables), observer);
        }

        int Length(ImmutableArray<int> document) => Batch.PositionsOf(document, model.BlockSize);
    }

    // Every thread takes the shards of its own worker in turns. Thread 0 is the caller's, and reports.
    private static ImmutableArray<Likelihood> Score<T>(
        ImmutableArray<Lazy<ShardWorker<T>>> workers, ImmutableArray<ImmutableArray<int>> documents, ImmutableArray<Range> shards,
        Observer observer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (likelihoods, threads) = (new Likelihood[documents.Length], Math.Min(workers.Length, shards.Length));
        if (threads > 0) SpinBarrier.Run(threads, (thread, _) =>
        {
            for (var i = thread; i < shards.Length; i += threads)
            {
                if (thread == 0) observer.Report(Scorers.Pass, shards[i].Start.Value, documents.Length);
                observer.Cancellation.ThrowIfCancellationRequested();
                workers[thread].Value.Score(documents.AsSpan()[shards[i]], likelihoods.AsSpan(shards[i]));
            }
        });
        return ImmutableCollectionsMarshal.AsImmutableArray(likelihoods);
    }
}
