using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// How long to train, how fast, and on how many documents at a time: the learning rate falls from its first value to 0 in a straight
/// line. Only <see cref="Create"/> makes one, so it is valid.
/// </summary>
public sealed record TrainingSchedule
{
    private TrainingSchedule(int steps, double learningRate, int batchSize) => (Steps, LearningRate, BatchSize) = (steps, learningRate, batchSize);

    /// <summary>How many steps to make.</summary>
    public int Steps { get; }

    /// <summary>The learning rate of the first step.</summary>
    public double LearningRate { get; }

    /// <summary>How many documents a step takes; its loss is the mean of theirs.</summary>
    public int BatchSize { get; }

    /// <summary>The schedule of these numbers, or everything that is wrong with them.</summary>
    public static Validation<Problem, TrainingSchedule> Create(int steps, double learningRate, int batchSize = 1) =>
        (Validate.AtLeast(1, "steps", steps), Validate.Positive("learning_rate", learningRate), Validate.AtLeast(1, "batch_size", batchSize))
            .Apply((count, rate, size) => new TrainingSchedule(count, rate, size));

    /// <summary>The learning rate of a step, the first being 0.</summary>
    public double RateAt(int step) => LearningRate * (1 - (double)step / Steps);
}

/// <summary>What is learnt, and how: each step takes the documents that follow those of the step before, around and around.</summary>
public sealed record TrainingData(TrainingSchedule Schedule, ImmutableArray<ImmutableArray<int>> Documents)
{
    public override string ToString() => $"{Documents.Length} documents; {Schedule}";

    /// <summary>The k-th document of a step: its tokens, BOS at both ends.</summary>
    public ImmutableArray<int> DocumentAt(int step, int k) =>
        Documents[(int)(((long)step * Schedule.BatchSize + k) % Documents.Length)];

    /// <summary>The documents of a step as a model of this block size sees them.</summary>
    public Inputs BatchAt(int step, int blockSize) =>
        Batch.Of(blockSize, [.. Enumerable.Range(0, Schedule.BatchSize).Select(k => DocumentAt(step, k))]);
}
