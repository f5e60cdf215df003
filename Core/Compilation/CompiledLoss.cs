using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>What a GPT has learned, measured on documents that it has not learned from.</summary>
public static class CompiledLoss
{
    /// <summary>The mean loss of these documents, at least one, as a function of the parameters. It is compiled once.</summary>
    public static Func<Parameters, double> Of(Gpt gpt, ImmutableArray<ImmutableArray<int>> documents)
    {
        var blockSize = gpt.Configuration.BlockSize;
        var loss = CompiledEvaluation.Of<double>([gpt.Loss], CompiledTrainer.Shard, CompiledTrainer.Shard * blockSize);
        var batches = documents.Chunk(CompiledTrainer.Shard).Select(shard => (Inputs: Batch.Of(blockSize, shard), shard.Length)).ToImmutableArray();
        return parameters =>
        {
            var matrices = parameters.Matrices(x => new Real(x));
            return batches.Sum(batch => batch.Length * loss(gpt.Bind(matrices, batch.Inputs))[0][0, 0].Plain) / documents.Length;
        };
    }
}
