using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// The documents for training, and the schedule of the steps. Each step uses the next documents in order. The last document is
/// followed by the first.
/// </summary>
public sealed class TrainingData(TrainingSchedule schedule, ImmutableArray<ImmutableArray<int>> documents)
{
    /// <summary>The schedule of the training steps.</summary>
    public TrainingSchedule Schedule { get; } = schedule;

    /// <summary>The documents, at least one. Each is a sequence of tokens with BOS at both ends.</summary>
    public ImmutableArray<ImmutableArray<int>> Documents { get; } = documents;

    /// <summary>Document k of a step. Documents and steps are numbered from 0.</summary>
    public ImmutableArray<int> DocumentAt(int step, int k) =>
        Documents[(int)(((long)step * Schedule.BatchSize + k) % Documents.Length)];

    /// <summary>The batch of a step, each document cut to the block size of the model.</summary>
    public Inputs BatchAt(int step, LanguageModel model) =>
        Batch.Of(model, [.. Enumerable.Range(0, Schedule.BatchSize).Select(k => DocumentAt(step, k))]);

    public override string ToString() => $"{Documents.Length} documents, {Schedule}";
}
