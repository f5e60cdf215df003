using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The compiled loss on held-out documents, in double precision.</summary>
public static class CompiledLoss
{
    /// <summary>
    /// Compiles the mean loss of one or more documents, in nats, as a function of the parameters. Concurrent calls are safe, because each
    /// call uses separate buffers.
    /// </summary>
    public static Func<Parameters, double> Compile(Gpt gpt, ImmutableArray<ImmutableArray<int>> documents)
    {
        var batches = documents.Chunk(Shards.Size).Select(shard => Batch.Of(gpt.Configuration.BlockSize, shard)).ToImmutableArray();
        var loss = Fusion.Fuse(gpt.Loss);
        var pool = new WorkspacePool<Func<Parameters, double>>(() =>
        {
            var buffers = new ParameterBuffers<double>(gpt.Configuration);
            var layout = new BatchLayout(Shards.Size, batches.Max(batch => batch.Packing.Positions));
            var program = Program<double>.Compile([new(loss[0])], layout, variable => buffers.Buffers[gpt.Variables.IndexOf(variable)]);
            return parameters =>
            {
                buffers.Load(parameters);
                return batches.Sum(batch =>
                {
                    layout.Load(batch);
                    program.Run();
                    return batch.Packing.Documents * program.Results[0].At(0);
                }) / documents.Length;
            };
        });
        return parameters => pool.Use(mean => mean(parameters));
    }
}
