using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>A worker: the program and the buffers with which one thread computes the loss and gradient of shards.</summary>
[Workspace]
internal sealed class ShardWorker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchLayout layout;
    private readonly Program<T> program;
    private readonly int[] tokens, positions, targets;

    /// <summary>
    /// A worker that reads parameters shared with other workers. The layout has room for the largest shard. There is one epilogue for each
    /// parameter, or no epilogue. With epilogues, the program updates the parameters, and the gradients are not available after a run.
    /// </summary>
    public ShardWorker(
        Gpt gpt, ImmutableArray<Expr> lossAndGradient, ParameterBuffers<T> parameters, BatchLayout layout,
        ImmutableArray<AdamEpilogue<T>> epilogues, Observer observer = default)
    {
        Gradient = new(gpt.Configuration);
        this.layout = layout;
        program = Program<T>.Compile(
            [.. lossAndGradient.Select((x, k) => k == 0
                ? new Output<T>(x)
                : new(x, Gradient.Buffers[k - 1], epilogues.ElementAtOrDefault(k - 1)))],
            layout, variable => parameters.Buffers[gpt.Variables.IndexOf(variable)], observer);
        (tokens, positions, targets) = (layout[Gpt.Tokens], layout[Gpt.Positions], layout[Gpt.Targets]);
    }

    /// <summary>The gradient of the last shard. It is not available if the worker has epilogues.</summary>
    public ParameterBuffers<T> Gradient { get; }

    private double Loss => double.CreateTruncating(program.Results[0].At(0));

    /// <summary>
    /// Computes the mean loss of a shard, in nats, and leaves the gradient of the loss in <see cref="Gradient"/>. The shard is the range
    /// <paramref name="documents"/> of a step's batch.
    /// </summary>
    public double Run(TrainingData data, int step, int blockSize, Range documents)
    {
        Load(data, step, blockSize, documents);
        program.Run();
        return Loss;
    }

    /// <summary>Computes the mean loss of a batch, in nats, and leaves the gradient of the loss in <see cref="Gradient"/>.</summary>
    public double Run(Inputs batch)
    {
        layout.Load(batch);
        program.Run();
        return Loss;
    }

    /// <summary>The kernels that compute the gradient of a shard. The first kernel loads the documents.</summary>
    public ImmutableArray<Kernel> Kernels(TrainingData data, int step, int blockSize, Range documents) =>
        [new("load", () => "documents", () => 0, () => Load(data, step, blockSize, documents)), .. program.Kernels];

    private void Load(TrainingData data, int step, int blockSize, Range documents)
    {
        layout.Clear();
        for (var k = documents.Start.Value; k < documents.End.Value; k++)
        {
            var document = data.DocumentAt(step, k);
            var length = Batch.PositionsOf(document, blockSize);
            var start = layout.Append(length);
            Batch.Write(document, tokens.AsSpan(start, length), positions.AsSpan(start, length), targets.AsSpan(start, length));
        }
    }
}
