using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The documents of each training step, and the schedule of the steps.</summary>
public sealed class TrainingData
{
    private readonly Func<int, ImmutableArray<ImmutableArray<int>>> documentsAt;

    private TrainingData(TrainingSchedule schedule, int longest, Func<int, ImmutableArray<ImmutableArray<int>>> documentsAt) =>
        (Schedule, Longest, this.documentsAt) = (schedule, longest, documentsAt);

    /// <summary>
    /// Documents in order: each step uses the next ones, and the last document is followed by the first. There is at least one. Each is a
    /// sequence of tokens with BOS at both ends.
    /// </summary>
    public TrainingData(TrainingSchedule schedule, ImmutableArray<ImmutableArray<int>> documents)
        : this(
            schedule, documents.Max(document => document.Length),
            step => InOrder(documents, (long)step * schedule.BatchSize, schedule.BatchSize))
    {
    }

    /// <summary>Windows of running text: each step draws its own, by a seed and the number of the step.</summary>
    public TrainingData(TrainingSchedule schedule, RunningText text, BigInteger seed)
        : this(schedule, text.BlockSize + 1, step => text.Draw(seed, step, schedule.BatchSize))
    {
    }

    /// <summary>The schedule of the training steps.</summary>
    public TrainingSchedule Schedule { get; }

    /// <summary>The number of tokens of the longest document.</summary>
    public int Longest { get; }

    /// <summary>The documents of a step, batch_size of them. Steps are numbered from 0.</summary>
    public ImmutableArray<ImmutableArray<int>> DocumentsAt(int step) => documentsAt(step);

    /// <summary>The batch of a step, each document cut to the block size of the model.</summary>
    public Inputs BatchAt(int step, LanguageModel model) => Batch.Of(model, DocumentsAt(step).AsSpan());

    public override string ToString() => $"documents of up to {Longest} tokens, {Schedule}";

    private static ImmutableArray<ImmutableArray<int>> InOrder(ImmutableArray<ImmutableArray<int>> documents, long first, int count)
    {
        var next = ImmutableArray.CreateBuilder<ImmutableArray<int>>(count);
        for (var k = 0; k < count; k++) next.Add(documents[(int)((first + k) % documents.Length)]);
        return next.MoveToImmutable();
    }
}
