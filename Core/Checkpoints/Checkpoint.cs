using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Checkpoints;

// Let what was learned outlast the run that learned it.

/// <summary>Where a run stands: everything that it needs to go on as if it had never stopped.</summary>
/// <param name="State">The parameters, Adam's moments and the number of steps.</param>
/// <param name="Random">The chance that goes on when training is over.</param>
/// <param name="Tokenizer">The alphabet.</param>
/// <param name="Plan">What decided how the run went, and will.</param>
/// <param name="DataSha256">What the text that it learns from hashes to, in 64 lower-case hexadecimal digits.</param>
public sealed record Checkpoint(TrainingState State, PythonRandom Random, Tokenizer Tokenizer, RunConfiguration Plan, string DataSha256)
{
    /// <summary>The model's sizes.</summary>
    public Configuration Configuration => State.Parameters.Configuration;

    /// <summary>What a run that goes on must share with the run that was saved, each by its name.</summary>
    public ImmutableArray<(string Name, string Text)> Settings =>
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

    /// <summary>
    /// The run that begins here, where the one that was saved has left it; or all that keeps it from going on as that one would have.
    /// </summary>
    public Validation<Problem, Checkpoint> From(Checkpoint saved, bool extend)
    {
        var terms = Settings.Zip(saved.Settings, (now, before) => (now.Name, Now: now.Text, Before: before.Text));
        var problems = terms.Where(term => term.Now != term.Before).SelectMany(term => term.Name == "steps"
            ? Extension(saved.Plan.Schedule.Steps, extend)
            : [new Problem($"{term.Name} is {Shown(term.Now)}, and was {Shown(term.Before)} in the run that was saved; a run goes on only as it began.")]).ToSeq();
        return problems.IsEmpty
            ? this with { State = saved.State, Random = saved.Random }
            : Validation<Problem, Checkpoint>.Fail(problems);
    }

    private IEnumerable<Problem> Extension(int before, bool extend)
    {
        var now = Plan.Schedule.Steps;
        if (now < before)
            yield return new($"steps is {now}, and was {before} in the run that was saved; it may only grow.");
        else if (!extend)
            yield return new($"steps is {now}, and was {before} in the run that was saved; as the learning rate of every step depends on it, more must be asked for by --extend.");
    }

    private static string Shown(string text) => text.All(char.IsAsciiLetterOrDigit) || double.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : text.Quote();

    private static string Whole(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}
