using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The compiled loss on held-out documents, in double precision.</summary>
public static class CompiledLoss
{
    /// <summary>
    /// Compiles the mean loss of one or more documents, in nats, as a function of the parameters. Concurrent calls are safe, because each
    /// call uses separate buffers. The first buffers are compiled here, where <paramref name="observer"/> sees the progress and may
    /// cancel. A compilation or a call that is cancelled throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public static Func<Parameters, CancellationToken, double> Compile(
        Gpt gpt, ImmutableArray<ImmutableArray<int>> documents, Observer observer = default)
    {
        var batches = documents.Chunk(Shards.Size).Select(shard => Batch.Of(gpt.Configuration.BlockSize, shard)).ToImmutableArray();
        var loss = Fusion.Fuse([gpt.Loss], observer);
        var pool = new WorkspacePool<Func<Parameters, CancellationToken, double>>(() => Workspace(default));
        pool.Add(Workspace(observer));
        return (parameters, cancellation) => pool.Use(mean => mean(parameters, cancellation));

        Func<Parameters, CancellationToken, double> Workspace(Observer observer)
        {
            var buffers = new ParameterBuffers<double>(gpt.Configuration);
            var layout = new BatchLayout(Shards.Size, batches.Max(batch => batch.Packing.Positions));
            var program = Program<double>.Compile([new(loss[0])], layout, buffers.Of(gpt.Variables), observer);
            return (parameters, cancellation) =>
            {
                buffers.Load(parameters);
                return batches.Sum(batch =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    layout.Load(batch);
                    program.Run();
                    return batch.Packing.Documents * program.Results[0].At(0);
                }) / documents.Length;
            };
        }
    }
}
