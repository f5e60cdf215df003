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

/// <summary>Why a file is no checkpoint, in words that follow its name.</summary>
public sealed record Refusal(string Reason);

/// <summary>All that a checkpoint tells beside its tensors, each thing a text under its name.</summary>
public sealed record Metadata(ImmutableDictionary<string, string> Texts)
{
    // No command line holds a longer argument, and the time that digits take to read grows with the square of their number.
    private const int MostDigits = 131_072;
    private const int Hexadecimal = 8; // digits a word

    public override string ToString() =>
        Printing.Brief([.. Texts.Keys.Order(StringComparer.Ordinal)]);

    /// <summary>The metadata of a checkpoint, in the order in which they are written.</summary>
    public static IEnumerable<(string Name, string Text)> Of(Checkpoint checkpoint) =>
    [
        ("format", "pt"), // what Hugging Face's loaders ask for
        .. checkpoint.Settings,
        ("step", checkpoint.State.Step.ToString(CultureInfo.InvariantCulture)),
        ("random_block", string.Concat(checkpoint.Random.Block.Select(word => word.ToString("x8", CultureInfo.InvariantCulture)))),
        ("random_position", checkpoint.Random.Position.ToString(CultureInfo.InvariantCulture)),
        ("random_spare", checkpoint.Random.Spare?.ToString("R", CultureInfo.InvariantCulture) ?? ""),
    ];

    /// <summary>The alphabet.</summary>
    public Either<Refusal, Tokenizer> Tokenizer =>
        from text in Text("alphabet")
        let alphabet = text.EnumerateRunes().ToImmutableArray()
        from _ in Holds(Enumerable.Range(1, Math.Max(0, alphabet.Length - 1)).All(i => alphabet[i - 1] < alphabet[i]), "its alphabet is not in order")
        select new Tokenizer(alphabet);

    /// <summary>The sizes of a model with so many tokens.</summary>
    public Either<Refusal, Configuration> Configuration(int vocabSize) =>
        from nEmbd in Whole("n_embd")
        from nHead in Whole("n_head")
        from nLayer in Whole("n_layer")
        from blockSize in Whole("block_size")
        from configuration in Valid(Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, vocabSize))
        select configuration;

    /// <summary>What decided how the run went.</summary>
    public Either<Refusal, RunConfiguration> Plan =>
        from steps in Whole("steps")
        from rate in Number("learning_rate")
        from batchSize in Whole("batch_size")
        from schedule in Valid(TrainingSchedule.Create(steps, rate, batchSize))
        from seed in Natural("seed")
        from precision in OneOf<Precision>("precision")
        from engine in OneOf<EngineKind>("engine")
        from validation in Number("validation")
        from plan in Valid(RunConfiguration.Create(schedule, seed, precision, engine, validation))
        select plan;

    /// <summary>How many of the steps were made.</summary>
    public Either<Refusal, int> Step(TrainingSchedule schedule) =>
        from step in Whole("step")
        from _ in Holds(step <= schedule.Steps, $"its step is {step} of {schedule.Steps}")
        select step;

    /// <summary>The chance that goes on.</summary>
    public Either<Refusal, PythonRandom> Random =>
        from block in Text("random_block")
        from words in Words(block)
        from position in Whole("random_position")
        from _ in Holds(position <= MersenneTwister.Words, $"its random_position is {position}, beyond the end of the block")
        from spare in Text("random_spare")
        from value in spare == "" ? 0 : Number("random_spare")
        select new PythonRandom(words, position, spare == "" ? null : value);

    /// <summary>What the text that it learned from hashes to.</summary>
    public Either<Refusal, string> DataSha256 => Text("data_sha256");

    private Either<Refusal, string> Text(string name) =>
        Texts.TryGetValue(name, out var text) ? text : new Refusal($"its header does not tell {name}");

    private Either<Refusal, int> Whole(string name) => Text(name).Bind<int>(text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Wrong(name, text, "whole number"));

    private Either<Refusal, BigInteger> Natural(string name) => Text(name).Bind<BigInteger>(text =>
        text.Length <= MostDigits && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Wrong(name, text, "whole number"));

    private Either<Refusal, double> Number(string name) => Text(name).Bind<double>(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : Wrong(name, text, "number"));

    private Either<Refusal, A> OneOf<A>(string name) where A : struct, Enum => Text(name).Bind<A>(text =>
        Enum.TryParse<A>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : Wrong(name, text, $"{name} there is"));

    private static Either<Refusal, ImmutableArray<uint>> Words(string block) =>
        block.Length == Hexadecimal * MersenneTwister.Words && block.All(char.IsAsciiHexDigitLower)
            ? block.Chunk(Hexadecimal).Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToImmutableArray()
            : new Refusal("its random_block is not the state of a generator");

    private static Either<Refusal, Unit> Holds(bool condition, string otherwise) =>
        condition ? unit : new Refusal(otherwise);

    private static Either<Refusal, A> Valid<A>(Validation<Problem, A> value) =>
        value.ToEither().MapLeft(problems => new Refusal(problems.Head.Sentence.TrimEnd('.')));

    private static Refusal Wrong(string name, string text, string expected) => new($"its {name} is {text.Quote()}, no {expected}");
}
