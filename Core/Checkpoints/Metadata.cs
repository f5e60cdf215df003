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

/// <summary>
/// The metadata of a checkpoint file: everything but its tensors, as named texts. Each reader returns the value, or the reason why
/// the file is not a checkpoint. The reason is a clause that follows the file's name.
/// </summary>
public sealed class Metadata(ImmutableDictionary<string, string> entries)
{
    // The largest number of digits of a seed. It is the largest number of bytes of a command-line argument in Linux. A limit is needed,
    // because parsing n digits takes time proportional to n².
    private const int MostDigits = 131_072;
    private const int DigitsPerWord = 8; // A word has 8 hexadecimal digits.

    /// <summary>The texts by their names.</summary>
    public ImmutableDictionary<string, string> Entries { get; } = entries;

    public override string ToString() => Printing.Brief([.. Entries.Keys.Order(StringComparer.Ordinal)]);

    /// <summary>The entries of a checkpoint's metadata, in the order in which they are written.</summary>
    public static IEnumerable<(string Name, string Text)> Write(Checkpoint checkpoint) =>
    [
        ("format", "pt"), // Hugging Face's loaders require this entry.
        .. checkpoint.Settings,
        ("step", checkpoint.State.Step.ToString(CultureInfo.InvariantCulture)),
        ("random_block", string.Concat(checkpoint.Random.Block.Select(word => word.ToString("x8", CultureInfo.InvariantCulture)))),
        ("random_position", checkpoint.Random.Position.ToString(CultureInfo.InvariantCulture)),
        ("random_spare", checkpoint.Random.Spare?.ToString("R", CultureInfo.InvariantCulture) ?? ""),
    ];

    /// <summary>The tokenizer of the saved alphabet.</summary>
    public Either<string, Tokenizer> Tokenizer =>
        from text in Text("alphabet")
        let alphabet = text.EnumerateRunes().ToImmutableArray()
        from _ in guard(
            Enumerable.Range(1, Math.Max(0, alphabet.Length - 1)).All(i => alphabet[i - 1] < alphabet[i]), "its alphabet is not in order")
        select new Tokenizer(alphabet);

    /// <summary>The sizes of the model. The vocabulary has <paramref name="vocabSize"/> tokens.</summary>
    public Either<string, Configuration> Configuration(int vocabSize) =>
        from nEmbd in Whole("n_embd")
        from nHead in Whole("n_head")
        from nLayer in Whole("n_layer")
        from blockSize in Whole("block_size")
        from configuration in Valid(Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, vocabSize))
        select configuration;

    /// <summary>The configuration of the run.</summary>
    public Either<string, RunConfiguration> RunConfiguration =>
        from steps in Whole("steps")
        from rate in Number("learning_rate")
        from batchSize in Whole("batch_size")
        from schedule in Valid(TrainingSchedule.Create(steps, rate, batchSize))
        from seed in Natural("seed")
        from precision in OneOf<Precision>("precision")
        from engine in OneOf<EngineKind>("engine")
        from validation in Number("validation")
        from optimizer in Optimizer
        from configuration in Valid(Training.RunConfiguration.Create(schedule, seed, precision, engine, validation, optimizer))
        select configuration;

    // Files of version 1 do not tell the default optimizer, because they told none before there were others.
    private Either<string, Optimizer> Optimizer =>
        !Entries.ContainsKey("optimizer") ? Optimizers.Default
        : from name in Text("optimizer")
          from optimizer in Optimizers.All.Find(each => each.Name == name).ToEither(() => Wrong("optimizer", name, "optimizer there is"))
          from configured in optimizer.Hyperparameters.Fold(Right<string, Optimizer>(optimizer), (state, hyperparameter) =>
              from before in state
              from value in Number(hyperparameter.Name)
              from after in Valid(before.With(hyperparameter.Name, value))
              select after)
          select configured;

    /// <summary>The number of steps done, at most the number of steps in the schedule.</summary>
    public Either<string, int> Step(TrainingSchedule schedule) =>
        from step in Whole("step")
        from _ in guard(step <= schedule.Steps, $"its step is {step} of {schedule.Steps}")
        select step;

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

    private Either<string, BigInteger> Natural(string name) => Text(name).Bind<BigInteger>(text =>
        text.Length <= MostDigits && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Wrong(name, text, "whole number"));

    private Either<string, double> Number(string name) => Text(name).Bind<double>(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : Wrong(name, text, "number"));

    private Either<string, A> OneOf<A>(string name) where A : struct, Enum => Text(name).Bind<A>(text =>
        Enum.TryParse<A>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : Wrong(name, text, $"{name} there is"));

    private static Either<string, ImmutableArray<uint>> Words(string block) =>
        block.Length == DigitsPerWord * MersenneTwister.Words && block.All(char.IsAsciiHexDigitLower)
            ? block.Chunk(DigitsPerWord)
                .Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToImmutableArray()
            : "its random_block is not the state of a generator";

    private static Either<string, A> Valid<A>(Validation<Problem, A> value) =>
        value.ToEither().MapLeft(problems => problems.Head.Sentence.TrimEnd('.'));

    private static string Wrong(string name, string text, string expected) => $"its {name} is {text.Quote()}, no {expected}";
}
