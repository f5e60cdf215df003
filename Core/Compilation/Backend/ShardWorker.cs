using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>A worker: the program and the buffers with which one thread computes outputs of a model for shards.</summary>
[Workspace]
internal sealed class ShardWorker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchLayout layout;
    private readonly Program<T> program;
    private readonly int blockSize;
    private readonly ImmutableArray<(IndexInput Input, int[] Column)> inputs;

    /// <summary>
    /// A worker for outputs of a model, of which the first is the loss, or the losses of the tokens. The layout has room for the largest
    /// shard. Workers may share the buffers of variables.
    /// </summary>
    public ShardWorker(
        LanguageModel model, ImmutableArray<Output> outputs, BatchLayout layout, Func<Variable, MatrixBuffer<T>> variables,
        Observer observer = default, Team team = default)
    {
        (this.layout, blockSize) = (layout, model.BlockSize);
        program = Program<T>.Compile(outputs, layout, variables, observer, team);
        inputs = [.. model.Inputs.Select(input => (input, layout.Register(input)))];
    }

    /// <summary>The buffer of each output.</summary>
    public ImmutableArray<MatrixBuffer<T>> Results => program.Results;

    /// <summary>True if the worker was made for a team, and its program is large enough to share.</summary>
    public bool IsShared => program.IsShared;

    /// <summary>The mean loss of the last shard, in nats.</summary>
    public double Loss => double.CreateTruncating(program.Results[0].At(0));

    /// <summary>
    /// Computes the outputs for a shard, which is the range <paramref name="documents"/> of a step's batch. Returns the mean loss of the
    /// shard, in nats.
    /// </summary>
    public double Run(TrainingData data, int step, Range documents)
    {
        Load(data, step, documents);
        program.Run();
        return Loss;
    }

    /// <summary>
    /// Computes a thread's share of the outputs for a shard. Every thread of the team calls this method with the same shard. The outputs
    /// are complete after one more barrier.
    /// </summary>
    public void Run(TrainingData data, int step, Range documents, int thread, Action barrier)
    {
        if (thread == 0) Load(data, step, documents);
        barrier();
        program.Run(thread, barrier);
    }

    /// <summary>Computes the outputs for a batch. Returns the mean loss of the batch, in nats.</summary>
    public double Run(Inputs batch)
    {
        layout.Load(batch);
        program.Run();
        return Loss;
    }

    /// <summary>Computes the likelihood of each document of a shard. The first output is the losses of the tokens.</summary>
    public void Score(ReadOnlySpan<ImmutableArray<int>> documents, Span<Likelihood> likelihoods)
    {
        Load(documents);
        program.Run();
        for (var d = 0; d < likelihoods.Length; d++)
        {
            var (start, end, loss) = (layout.Starts[d], layout.Starts[d + 1], 0.0);
            for (var i = start; i < end; i++) loss += double.CreateTruncating(program.Results[0].At(i));
            likelihoods[d] = new(-loss, end - start);
        }
    }

    /// <summary>The kernels that compute the outputs for a shard. The first kernel loads the documents.</summary>
    public ImmutableArray<Kernel> Kernels(TrainingData data, int step, Range documents) =>
        [new("load", () => "documents", () => 0, () => Load(data, step, documents)), .. program.Kernels];

    private void Load(TrainingData data, int step, Range documents) => Load(data.DocumentsAt(step).AsSpan()[documents]);

    private void Load(ReadOnlySpan<ImmutableArray<int>> documents)
    {
        layout.Clear();
        foreach (var document in documents)
        {
            var length = Batch.PositionsOf(document, blockSize);
            var start = layout.Append(length);
            foreach (var (input, column) in inputs) input.Fill(document, column.AsSpan(start, length));
        }
    }
}
