using System.Collections.Immutable;
using LanguageExt;

namespace MicroGpt.Training;

/// <summary>
/// The number of steps, the learning rate, and the documents per step. The learning rate falls linearly from its first value
/// to 0. Only <see cref="Create"/> makes a schedule, so it is valid.
/// </summary>
public sealed record TrainingSchedule
{
    private TrainingSchedule(int steps, double learningRate, int batchSize) =>
        (Steps, LearningRate, BatchSize) = (steps, learningRate, batchSize);

    /// <summary>The number of steps.</summary>
    public int Steps { get; private init; }

    /// <summary>The learning rate of the first step.</summary>
    public double LearningRate { get; private init; }

    /// <summary>The number of documents per step. The loss of a step is the mean of the losses of its documents.</summary>
    public int BatchSize { get; private init; }

    /// <summary>The schedule of the Python original.</summary>
    public static TrainingSchedule Default { get; } = new(steps: 1000, learningRate: 0.01, batchSize: 1);

    /// <summary>The settings of a schedule.</summary>
    public ImmutableArray<Setting<TrainingSchedule>> Settings =>
    [
        Setting<TrainingSchedule>.Count("steps", Steps, least: 1, value => this with { Steps = value },
            "The number of training steps.").OnResume(ResumeRule.Grow),
        Setting<TrainingSchedule>.Positive("learning_rate", LearningRate, value => this with { LearningRate = value },
            "The learning rate of the first step; it falls linearly to 0."),
        Setting<TrainingSchedule>.Count("batch_size", BatchSize, least: 1, value => this with { BatchSize = value },
            "The number of documents of a step; its loss is the mean of theirs."),
    ];

    /// <summary>The learning rate to try if training with this schedule diverges: a tenth of its learning rate, at most 0.01.</summary>
    public double GentlerRate => Math.Min(LearningRate / 10, 0.01);

    /// <summary>The number of documents in all steps, at most <see cref="int.MaxValue"/>. A repeated document counts each time.</summary>
    public int DocumentCount => (int)Math.Min((long)Steps * BatchSize, int.MaxValue);

    /// <summary>The schedule of these numbers if they are valid. Otherwise all problems with them.</summary>
    public static Validation<Problem, TrainingSchedule> Create(int steps, double learningRate, int batchSize = 1) =>
        (Validate.AtLeast(1, "steps", steps),
         Validate.Positive("learning_rate", learningRate),
         Validate.AtLeast(1, "batch_size", batchSize))
            .Apply((count, rate, size) => new TrainingSchedule(count, rate, size));

    /// <summary>The learning rate of a step. Steps are numbered from 0.</summary>
    public double RateAt(int step) => LearningRate * (1 - (double)step / Steps);
}
