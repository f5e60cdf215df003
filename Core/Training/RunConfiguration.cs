using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Text;

namespace MicroGpt.Training;

/// <summary>The floating-point format that training computes in.</summary>
public enum Precision
{
    /// <summary>Numbers of 64 bits.</summary>
    Double,

    /// <summary>Numbers of 32 bits.</summary>
    Single,
}

/// <summary>The engines: the ways to compute gradients, to train, to decode and to validate.</summary>
public enum EngineKind
{
    /// <summary>The compiled engine: kernels on whole matrices.</summary>
    Compiled,

    /// <summary>The engine of the Python original: a graph of single numbers.</summary>
    Scalar,

    /// <summary>The engine that evaluates the expressions of the loss and its gradient.</summary>
    Expression,
}

/// <summary>
/// The configuration of a run. Equal configurations and equal texts make equal runs. Only <see cref="GivenSettings"/> makes
/// configurations other than the default one, and checks them, so they are valid.
/// </summary>
public sealed record RunConfiguration
{
    private RunConfiguration() { }

    /// <summary>The configuration of the Python original.</summary>
    public static RunConfiguration Default { get; } = new();

    /// <summary>The text: a path, or the name of a known text. None is input.txt, or the names of the original.</summary>
    public Option<string> Data { get; internal init; }

    /// <summary>The rule that makes documents of the text.</summary>
    public Split Split { get; internal init; } = Split.Lines;

    /// <summary>The sizes of the model.</summary>
    public ModelSizes Sizes { get; internal init; } = new();

    /// <summary>The path of the safetensors file that the run begins with. None is drawn parameters.</summary>
    public Option<string> Weights { get; internal init; }

    /// <summary>The steps, and the learning rate and the number of documents of each.</summary>
    public TrainingSchedule Schedule { get; internal init; } = TrainingSchedule.Default;

    /// <summary>The seed of the random generator.</summary>
    public BigInteger Seed { get; internal init; } = 42;

    /// <summary>The floating-point format that the run computes in.</summary>
    public Precision Precision { get; internal init; }

    /// <summary>The engine of the run.</summary>
    public EngineKind Engine { get; internal init; }

    /// <summary>The share of the documents that is held out for validation, from 0 to below 1.</summary>
    public double Validation { get; internal init; }

    /// <summary>The number of validations in a row without a better one after which the run ends. None is no limit.</summary>
    public Option<int> Patience { get; internal init; }

    /// <summary>The largest number of threads of a step. None is one for each processor.</summary>
    public Option<int> Threads { get; internal init; }

    /// <summary>The temperature of the samples after training.</summary>
    public double Temperature { get; internal init; } = 0.5;

    /// <summary>The number of samples after training.</summary>
    public int Samples { get; internal init; } = 20;

    /// <summary>The optimizer that updates the parameters.</summary>
    public Optimizer Optimizer { get; internal init; } = Optimizers.Default;

    /// <summary>The settings of this run: the table that everything about settings derives from.</summary>
    public ImmutableArray<Setting<RunConfiguration>> Settings =>
    [
        Setting<RunConfiguration>.File("data", Data, value => this with { Data = value }, "names.txt",
            "The text to learn from: a UTF-8 file; or names or shakespeare, which are downloaded once.").OnResume(ResumeRule.Free),
        Setting<RunConfiguration>.Phrase("split", Split.Name,
            (place, text) => Split.Create(place, text).Map(split => this with { Split = split }),
            "What a document is. lines: each line; blank: what stands between blank lines; none: nothing, for the text is running text, "
            + "which is learned in windows; any other text: what stands between lines that begin with it."),
        Setting<RunConfiguration>.Count("n_embd", Sizes.NEmbd, least: 1, value => this with { Sizes = Sizes with { NEmbd = value } },
            "The width of an embedding; a multiple of the number of heads."),
        Setting<RunConfiguration>.Count("n_head", Sizes.NHead, least: 1, value => this with { Sizes = Sizes with { NHead = value } },
            "The number of attention heads."),
        Setting<RunConfiguration>.Count("n_layer", Sizes.NLayer, least: 1, value => this with { Sizes = Sizes with { NLayer = value } },
            "The number of transformer blocks."),
        Setting<RunConfiguration>.Count("block_size", Sizes.BlockSize, 1, value => this with { Sizes = Sizes with { BlockSize = value } },
            "The largest number of positions that the model sees; longer documents are cut."),
        Setting<RunConfiguration>.File("weights", Weights, value => this with { Weights = value }, "weights.safetensors",
            "A safetensors file to begin with: its matrices have the names that a checkpoint has, or it is a checkpoint. "
            + "By default, all parameters are drawn."),
        .. Schedule.Settings.Select(setting => setting.Map(schedule => this with { Schedule = schedule })),
        Setting<RunConfiguration>.Natural("seed", Seed, value => this with { Seed = value },
            "The seed of all random numbers: the same seed gives the same run."),
        Setting<RunConfiguration>.Choice("precision", Precision, value => this with { Precision = value },
            "The precision of the compiled engine: double, 64 bits, as the original; or single, 32 bits."),
        Setting<RunConfiguration>.Choice("engine", Engine, value => this with { Engine = value },
            "The way to compute. compiled: by kernels on whole matrices; scalar: one number at a time, as the original does; "
            + "expression: by evaluating expressions of matrices."),
        Setting<RunConfiguration>.Share("validation", Validation, value => this with { Validation = value },
            "The share of the documents to hold out, such as 0.1: the model does not learn from them, and their loss per token is shown."),
        Setting<RunConfiguration>.OptionalCount("patience", Patience, value => this with { Patience = value }, "3",
            "The number of validations in a row without a better one after which the run ends; by default, it makes all steps.")
            .OnResume(ResumeRule.Change),
        Setting<RunConfiguration>.OptionalCount("threads", Threads, value => this with { Threads = value }, "4",
            "The number of threads, for batches that are large enough to share; by default, one for each processor. "
            + "The results do not depend on it.").OnResume(ResumeRule.Free),
        Setting<RunConfiguration>.NotNegative("temperature", Temperature, value => this with { Temperature = value },
            "The temperature of the samples: below 1, likely characters become likelier; at 0, each is the likeliest.")
            .OnResume(ResumeRule.Free),
        Setting<RunConfiguration>.Count("samples", Samples, least: 0, value => this with { Samples = value },
            "The number of samples after training.").OnResume(ResumeRule.Free),
        Setting<RunConfiguration>.Choice(OptimizerName, Optimizer.Name, [.. Optimizers.All.Select(each => (each.Name, each))],
            value => value.Name == Optimizer.Name ? this : this with { Optimizer = value },
            "The optimizer: adam, as the original; adamw, with decoupled weight decay; sgd, gradient descent."),
        .. Optimizer.Hyperparameters.Select(setting => setting.Map(optimizer => this with { Optimizer = optimizer })),
    ];

    /// <summary>All settings that a run can have, by default. Those that not every optimizer has tell which ones do.</summary>
    public static ImmutableArray<Setting<RunConfiguration>> AllSettings { get; } =
    [
        .. from optimizer in Optimizers.All
           from setting in (Default with { Optimizer = optimizer }).Settings
           group (optimizer, setting) by setting.Name into having
           let first = having.First().setting
           select having.Count() == Optimizers.All.Length ? first
               : first.Explain($"Of {string.Join(" and ", having.Select(each => each.optimizer.Name))}."),
    ];

    /// <summary>The name of the setting that the hyperparameters depend on.</summary>
    internal const string OptimizerName = "optimizer";

    /// <summary>The groups of settings whose valid values can contradict each other, with the problems of those that do.</summary>
    internal IEnumerable<(IEnumerable<string> Settings, Seq<Problem> Problems)> Conflicts =>
    [
        (["n_embd", "n_head", "n_layer", "block_size"], Sizes.Check()),
        (["precision", "engine"], CheckPrecision().FailToSeq()),
        (["steps", "warmup"], Schedule.Check().FailToSeq()),
        (["validation", "patience"], Validation > 0 ? [] : Patience.ToSeq().Map(count => new Problem(
            $"patience is {count}, and no documents are held out to validate by; give a validation of 0.1, too."))),
        (Optimizer.Hyperparameters.Select(setting => setting.Name).Prepend(OptimizerName), Optimizer.Check()),
    ];

    private Validation<Problem, Precision> CheckPrecision() => Precision == Precision.Double || Engine == EngineKind.Compiled
        ? Precision
        : new Problem(
            $"precision is single, and engine {$"{Engine}".ToLowerInvariant()} computes in double only; leave one of the two out.");
}
