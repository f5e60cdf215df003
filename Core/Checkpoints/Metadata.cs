using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

/// <summary>
/// The metadata of a checkpoint file: everything but its tensors, as named texts. Each reader returns the value, or the reason why
/// the file is not a checkpoint. The reason is a clause that follows the file's name.
/// </summary>
public sealed class Metadata(ImmutableDictionary<string, string> entries)
{
    private const int DigitsPerWord = 8; // A word has 8 hexadecimal digits.

    // The settings that files of all versions tell. Those that came later have their defaults where a file does not tell them.
    private static readonly ImmutableArray<string> Always =
    [
        "n_embd", "n_head", "n_layer", "block_size", "steps", "learning_rate", "batch_size", "seed", "precision", "engine", "validation",
    ];

    private static readonly SettingSource Itself = new("the checkpoint", "", name => $"its {name}");

    /// <summary>The texts by their names.</summary>
    public ImmutableDictionary<string, string> Entries { get; } = entries;

    public override string ToString() => Printing.Brief([.. Entries.Keys.Order(StringComparer.Ordinal)]);

    /// <summary>The entries of a checkpoint's metadata, in the order in which they are written.</summary>
    public static IEnumerable<(string Name, string Text)> Write(Checkpoint checkpoint) =>
    [
        ("format", "pt"), // Hugging Face's loaders require this entry.
        .. checkpoint.Settings,
        ("step", Whole(checkpoint.State.Step)),
        .. Write(checkpoint.Best),
        ("random_block", string.Concat(checkpoint.Random.Block.Select(word => word.ToString("x8", CultureInfo.InvariantCulture)))),
        ("random_position", Whole(checkpoint.Random.Position)),
        ("random_spare", checkpoint.Random.Spare?.ToString("R", CultureInfo.InvariantCulture) ?? ""),
    ];

    // A run without validations has no entries, and one whose losses were all infinite has no loss.
    private static IEnumerable<(string Name, string Text)> Write(BestValidation best)
    {
        if (best == BestValidation.None) yield break;
        if (best.Step > 0) yield return ("best_validation_loss", best.Loss.ToString("R", CultureInfo.InvariantCulture));
        yield return ("best_step", Whole(best.Step));
        yield return ("validations_since_best", Whole(best.Since));
    }

    /// <summary>The tokenizer of the saved alphabet.</summary>
    public Either<string, Tokenizer> Tokenizer =>
        from text in Text("alphabet")
        let alphabet = text.EnumerateRunes().ToImmutableArray()
        from _ in guard(
            Enumerable.Range(1, Math.Max(0, alphabet.Length - 1)).All(i => alphabet[i - 1] < alphabet[i]), "its alphabet is not in order")
        select new Tokenizer(alphabet, hasBos: Entries.GetValueOrDefault("split") != Split.RunningText.Name);

    /// <summary>The sizes of a run's model. The vocabulary has <paramref name="vocabSize"/> tokens.</summary>
    public static Either<string, Configuration> Configuration(RunConfiguration run, int vocabSize) => Valid(run.Sizes.Configure(vocabSize));

    /// <summary>The configuration of the run.</summary>
    public Either<string, RunConfiguration> RunConfiguration
    {
        get
        {
            var texts = Training.RunConfiguration.AllSettings.Select(setting => setting.Name).Where(Entries.ContainsKey)
                .Select(name => (name, Success<Problem, string>(Entries[name])));
            return
                from _ in Always.Select(Text).Sequence()
                from run in Valid(GivenSettings.None.With(Itself, texts).Validate())
                select run;
        }
    }

    /// <summary>The number of steps done, at most the number of steps in the schedule.</summary>
    public Either<string, int> Step(TrainingSchedule schedule) =>
        from step in Whole("step")
        from _ in guard(step <= schedule.Steps, $"its step is {step} of {schedule.Steps}")
        select step;

    /// <summary>The best validation of a run that has made some steps.</summary>
    public Either<string, BestValidation> Best(int steps) =>
        !Entries.ContainsKey("best_step") ? BestValidation.None
        : from step in Whole("best_step")
          from _ in guard(step <= steps, $"its best_step is {step}, and its step {steps}")
          from since in Whole("validations_since_best")
          from loss in step == 0 ? BestValidation.None.Loss : Number("best_validation_loss")
          select new BestValidation(loss, step, since);

    /// <summary>The random generator that sampling starts from.</summary>
    public Either<string, PythonRandom> Random =>
        from block in Text("random_block")
        from words in Words(block)
        from position in Whole("random_position")
        from _ in guard(position <= MersenneTwister.Words, $"its random_position is {position}, beyond the end of the block")
        from spare in Text("random_spare")
        from value in spare == "" ? 0 : Number("random_spare")
        select new PythonRandom(words, position, spare == "" ? null : value);

    /// <summary>The SHA-256 of the training text.</summary>
    public Either<string, string> DataSha256 => Text("data_sha256");

    private Either<string, string> Text(string name) =>
        Entries.TryGetValue(name, out var text) ? Right<string, string>(text) : Left<string, string>($"its header does not tell {name}");

    private Either<string, int> Whole(string name) => Text(name).Bind<int>(text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Wrong(name, text, "whole number"));

    private Either<string, double> Number(string name) => Text(name).Bind<double>(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : Wrong(name, text, "number"));

    private static Either<string, ImmutableArray<uint>> Words(string block) =>
        block.Length == DigitsPerWord * MersenneTwister.Words && block.All(char.IsAsciiHexDigitLower)
            ? block.Chunk(DigitsPerWord)
                .Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToImmutableArray()
            : "its random_block is not the state of a generator";

    private static Either<string, A> Valid<A>(Validation<Problem, A> value) =>
        value.ToEither().MapLeft(problems => problems.Head.Sentence.TrimEnd('.'));

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Wrong(string name, string text, string expected) => $"its {name} is {text.Quote()}, no {expected}";
}
