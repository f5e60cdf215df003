using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>What a GPT has learned, measured on documents that it has not learned from.</summary>
public static class CompiledLoss
{
    /// <summary>The mean loss of these documents, at least one, as a function of the parameters. It is compiled once.</summary>
    public static Func<Parameters, double> Compile(Gpt gpt, ImmutableArray<ImmutableArray<int>> documents)
    {
        var batches = documents.Chunk(CompiledTrainer.Shard).Select(shard => Batch.Of(gpt.Configuration.BlockSize, shard)).ToImmutableArray();
        var loss = Fusion.Fuse(gpt.Loss);
        var idle = new WorkspacePool<Func<Parameters, double>>(() =>
        {
            var (arena, layout) = (new ParameterBuffers<double>(gpt.Configuration), new BatchLayout(CompiledTrainer.Shard, batches.Max(batch => batch.Packing.Positions)));
            var program = new Program<double>(loss, layout, variable => arena.Buffers[gpt.Variables.IndexOf(variable)], _ => null);
            return parameters =>
            {
                arena.Load(parameters);
                return batches.Sum(batch =>
                {
                    layout.Load(batch);
                    program.Run();
                    return batch.Packing.Documents * program.Results[0].At(0);
                }) / documents.Length;
            };
        });
        return parameters => idle.Use(mean => mean(parameters));
    }
}
