using System.Collections.Immutable;
using LanguageExt;

namespace MicroGpt.Training;

/// <summary>The shapes of a learning rate: its factor as a function of t, the share of the steps that are done.</summary>
public enum RateShape
{
    /// <summary>1 - t: the rate falls evenly to 0.</summary>
    Linear,

    /// <summary>½·(1 + cos πt): the rate falls to 0, slowly at both ends (Loshchilov and Hutter, 2017).</summary>
    Cosine,

    /// <summary>1: the rate stays.</summary>
    Constant,
}

/// <summary>
/// The number of steps, the learning rate of each, and the documents per step. The rate rises linearly over the steps of the warmup, and
/// then follows its shape over the remaining steps. Only <see cref="Create"/> makes a schedule, so it is valid.
/// </summary>
public sealed record TrainingSchedule
{
    private TrainingSchedule(int steps, double learningRate, int batchSize, RateShape shape, int warmup) =>
        (Steps, LearningRate, BatchSize, Shape, Warmup) = (steps, learningRate, batchSize, shape, warmup);

    /// <summary>The number of steps.</summary>
    public int Steps { get; private init; }

    /// <summary>The largest learning rate: that of the first step after the warmup.</summary>
    public double LearningRate { get; private init; }

    /// <summary>The number of documents per step. The loss of a step is the mean of the losses of its documents.</summary>
    public int BatchSize { get; private init; }

    /// <summary>The shape of the learning rate after the warmup.</summary>
    public RateShape Shape { get; private init; }

    /// <summary>The number of steps over which the learning rate rises, less than <see cref="Steps"/>.</summary>
    public int Warmup { get; private init; }

    /// <summary>The schedule of the Python original.</summary>
    public static TrainingSchedule Default { get; } = new(steps: 1000, learningRate: 0.01, batchSize: 1, RateShape.Linear, warmup: 0);

    /// <summary>The settings of a schedule.</summary>
    public ImmutableArray<Setting<TrainingSchedule>> Settings =>
    [
        Setting<TrainingSchedule>.Count("steps", Steps, least: 1, value => this with { Steps = value },
            "The number of training steps.").OnResume(ResumeRule.Grow),
        Setting<TrainingSchedule>.Positive("learning_rate", LearningRate, value => this with { LearningRate = value },
            "The largest learning rate."),
        Setting<TrainingSchedule>.Choice("schedule", Shape, value => this with { Shape = value },
            "The learning rate after the warmup. linear: it falls evenly to 0; cosine: it falls to 0, slowly at both ends; "
            + "constant: it stays."),
        Setting<TrainingSchedule>.Count("warmup", Warmup, least: 0, value => this with { Warmup = value },
            "The number of steps over which the learning rate rises to its largest."),
        Setting<TrainingSchedule>.Count("batch_size", BatchSize, least: 1, value => this with { BatchSize = value },
            "The number of documents of a step; its loss is the mean of theirs."),
    ];

    /// <summary>The learning rate to try if training with this schedule diverges: a tenth of its learning rate, at most 0.01.</summary>
    public double GentlerRate => Math.Min(LearningRate / 10, 0.01);

    /// <summary>The number of documents in all steps, at most <see cref="int.MaxValue"/>. A repeated document counts each time.</summary>
    public int DocumentCount => (int)Math.Min((long)Steps * BatchSize, int.MaxValue);

    /// <summary>The schedule of these values if they are valid. Otherwise all problems with them.</summary>
    public static Validation<Problem, TrainingSchedule> Create(
        int steps, double learningRate, int batchSize = 1, RateShape shape = RateShape.Linear, int warmup = 0) =>
        (Validate.AtLeast(1, "steps", steps),
         Validate.Positive("learning_rate", learningRate),
         Validate.AtLeast(1, "batch_size", batchSize),
         Validate.AtLeast(0, "warmup", warmup))
            .Apply((count, rate, size, rising) => new TrainingSchedule(count, rate, size, shape, rising))
            .Bind(schedule => schedule.Check());

    /// <summary>The schedule if its settings do not contradict each other. Otherwise a problem.</summary>
    internal Validation<Problem, TrainingSchedule> Check() => Warmup == 0 || Warmup < Steps
        ? this
        : new Problem($"warmup is {Warmup}; it must be less than steps, which is {Steps}.");

    /// <summary>The learning rate of a step. Steps are numbered from 0.</summary>
    public double RateAt(int step) => LearningRate * (step < Warmup
        ? (step + 1.0) / Warmup
        : FactorAt((double)(step - Warmup) / (Steps - Warmup)));

    private double FactorAt(double t) => Shape switch
    {
        RateShape.Cosine => (1 + Math.Cos(Math.PI * t)) / 2,
        RateShape.Constant => 1,
        _ => 1 - t,
    };
}
