using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

// Let what was learned outlast the run that learned it.

/// <summary>A run at one of its steps, with everything that it needs to continue as if it had never stopped.</summary>
/// <param name="State">The parameters, the optimizer's slots and the number of steps done.</param>
/// <param name="Random">The random generator that sampling starts from after training.</param>
/// <param name="Tokenizer">The tokenizer of the training text.</param>
/// <param name="RunConfiguration">The configuration of the run.</param>
/// <param name="DataSha256">The SHA-256 of the training text, in 64 lower-case hexadecimal digits.</param>
public sealed record Checkpoint(
    TrainingState State, PythonRandom Random, Tokenizer Tokenizer, RunConfiguration RunConfiguration, string DataSha256)
{
    // The settings that the training text determines.
    private const string Alphabet = "alphabet", DataHash = "data_sha256";

    /// <summary>The best validation so far.</summary>
    public BestValidation Best { get; init; } = BestValidation.None;

    /// <summary>The model's sizes.</summary>
    public Configuration Configuration => RunConfiguration.Sizes.Configure(Tokenizer.VocabSize).OrThrow();

    /// <summary>The settings that a checkpoint holds, by name: those of the run, and those that its text determines.</summary>
    public ImmutableArray<(string Name, string Text)> Settings =>
        [.. from setting in Kept from text in setting.Text select (setting.Name, text)];

    private IEnumerable<(string Name, Option<string> Text, ResumeRule Rule)> Kept =>
    [
        .. RunConfiguration.Settings.Where(setting => setting.Rule != ResumeRule.Free)
            .Select(setting => (setting.Name, setting.Text, setting.Rule)),
        (Alphabet, string.Concat(Tokenizer.Alphabet), ResumeRule.Keep),
        (DataHash, DataSha256, ResumeRule.Keep),
    ];

    /// <summary>
    /// This run, continued from <paramref name="saved"/>, or a problem for each setting that is not equal in both runs. If
    /// <paramref name="extend"/> is true, this run may have more steps than the saved run. A problem begins with the place of the setting,
    /// such as --n-embd.
    /// </summary>
    public Validation<Problem, Checkpoint> From(Checkpoint saved, bool extend, Func<string, string> placeOf) =>
        Kept.Join(saved.Kept, now => now.Name, before => before.Name, (now, before) =>
                Agree(placeOf(now.Name), now.Text.IfNone("none"), before.Text.IfNone("none"), now.Rule, extend)).Sequence()
            .Map(_ => this with { State = saved.State, Random = saved.Random, Best = saved.Best });

    /// <summary>True if this is a run with the settings of <paramref name="run"/>, at its best validation.</summary>
    public bool IsBestOf(Checkpoint run) => Best.Step > 0 && Best.Step == State.Step
        && KeptUnchanged.SequenceEqual(run.KeptUnchanged);

    private IEnumerable<(string Name, Option<string> Text, ResumeRule Rule)> KeptUnchanged =>
        Kept.Where(setting => setting.Rule == ResumeRule.Keep);

    /// <summary>A problem if a text, whose tokenizer is given, has characters that this run's alphabet lacks.</summary>
    public Either<Problem, Unit> CheckAlphabet(Tokenizer text) =>
        text.Alphabet.All(Tokenizer.Alphabet.Contains)
            ? unit
            : Differs(Alphabet, string.Concat(text.Alphabet), string.Concat(Tokenizer.Alphabet));

    private Validation<Problem, Unit> Agree(string place, string now, string before, ResumeRule rule, bool extend) =>
        now == before || rule == ResumeRule.Change ? unit
        : rule != ResumeRule.Grow ? Differs(place, now, before)
        : BigInteger.Parse(now, CultureInfo.InvariantCulture) < BigInteger.Parse(before, CultureInfo.InvariantCulture)
            ? new Problem($"{place} is {now}, and was {before} in the run that was saved; it may only grow.")
        : guard(extend, new Problem($"{place} is {now}, and was {before} in the run that was saved; "
            + "as the learning rate of every step depends on it, more steps need --extend.")).ToValidation();

    private static Problem Differs(string place, string now, string before) => new(
        $"{place} is {Shown(now)}, and was {Shown(before)} in the run that was saved; "
        + (place is Alphabet or DataHash ? "give its text with --data." : "a run goes on only as it began."));

    private static string Shown(string text) =>
        text.All(char.IsAsciiLetterOrDigit) || double.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : text.Quote();
}
