using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Checkpoints;

/// <summary>Where a run stands: everything that it needs to go on as if it had never stopped.</summary>
/// <param name="State">The parameters, Adam's moments and the number of steps.</param>
/// <param name="Random">The chance that goes on when training is over.</param>
/// <param name="Tokenizer">The alphabet.</param>
/// <param name="Plan">What decided how the run went, and will.</param>
/// <param name="DataSha256">What the text that it learns from hashes to, in 64 lower-case hexadecimal digits.</param>
public sealed record Checkpoint(TrainingState State, PythonRandom Random, Tokenizer Tokenizer, Plan Plan, string DataSha256)
{
    /// <summary>The model's sizes.</summary>
    public Configuration Configuration => State.Parameters.Configuration;

    /// <summary>What a run that goes on must share with the run that was saved, each by its name.</summary>
    public ImmutableArray<(string Name, string Text)> Terms =>
    [
        ("n_embd", Whole(Configuration.NEmbd)),
        ("n_head", Whole(Configuration.NHead)),
        ("n_layer", Whole(Configuration.NLayer)),
        ("block_size", Whole(Configuration.BlockSize)),
        ("alphabet", string.Concat(Tokenizer.Alphabet)),
        ("data_sha256", DataSha256),
        ("steps", Whole(Plan.Schedule.Steps)),
        ("learning_rate", Plan.Schedule.LearningRate.ToString("R", CultureInfo.InvariantCulture)),
        ("seed", Whole(Plan.Seed)),
        ("batch_size", Whole(Plan.Schedule.BatchSize)),
        ("precision", $"{Plan.Precision}".ToLowerInvariant()),
        ("engine", $"{Plan.Engine}".ToLowerInvariant()),
        ("validation", Plan.Validation.ToString("R", CultureInfo.InvariantCulture)),
    ];

    private static string Whole(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}
