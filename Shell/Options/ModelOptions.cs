using System.Numerics;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The sizes of a model but for its vocabulary, which the data determines.</summary>
internal sealed record ModelSizes(int NEmbd, int NHead, int NLayer, int BlockSize)
{
    /// <summary>The configuration of a model with this vocabulary, or every problem with the sizes.</summary>
    public Validation<Problem, Configuration> Configure(int vocabSize) => Configuration.Create(NEmbd, NHead, NLayer, BlockSize, vocabSize);
}

/// <summary>The options of an untrained model: its sizes, and the seed of all random numbers.</summary>
internal sealed record ModelOptions(ModelSizes Sizes, BigInteger Seed)
{
    private const int SmallestVocabSize = 2; // a character and BOS

    private static readonly TypedOption<int> NEmbd = TypedOption.Count("--n-embd", 16, 1,
        "The width of an embedding; a multiple of the number of heads.");
    private static readonly TypedOption<int> NHead = TypedOption.Count("--n-head", 4, 1,
        "The number of attention heads.");
    private static readonly TypedOption<int> NLayer = TypedOption.Count("--n-layer", 1, 1,
        "The number of transformer blocks.");
    private static readonly TypedOption<int> BlockSize = TypedOption.Count("--block-size", 16, 1,
        "The largest number of positions that the model sees; longer documents are cut.");

    /// <summary>The path of the data.</summary>
    public static TypedOption<string> DataOption { get; } = TypedOption.File("--data", "names.txt",
        "The text to learn from: a UTF-8 file with one document on each line; or names or shakespeare, which are downloaded once.");

    /// <summary>The seed of all random numbers.</summary>
    public static TypedOption<BigInteger> SeedOption { get; } = TypedOption.Natural("--seed", 42,
        "The seed of all random numbers: the same seed gives the same run.");

    /// <summary>The options of the data and of the sizes, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All => [DataOption, NEmbd, NHead, NLayer, BlockSize];

    /// <summary>The options of a command line, or every problem with them.</summary>
    public static Validation<Problem, ModelOptions> Parse(ParseResult parse) => Parse(parse, Option<Checkpoint>.None);

    /// <summary>The options of a command line, or every problem with them. A checkpoint supplies those that are left out.</summary>
    public static Validation<Problem, ModelOptions> Parse(ParseResult parse, Option<Checkpoint> saved)
    {
        var configuration = saved.Map(checkpoint => checkpoint.Configuration);
        var sizes = (
            NEmbd.ParseOr(configuration, of => of.NEmbd, parse),
            NHead.ParseOr(configuration, of => of.NHead, parse),
            NLayer.ParseOr(configuration, of => of.NLayer, parse),
            BlockSize.ParseOr(configuration, of => of.BlockSize, parse)).Apply((c, h, l, b) => new ModelSizes(c, h, l, b)).Bind(Check);
        var seed = SeedOption.ParseOr(saved, checkpoint => checkpoint.RunConfiguration.Seed, parse);
        return (sizes, seed).Apply((checkedSizes, number) => new ModelOptions(checkedSizes, number));
    }

    // Sizes that are wrong for the smallest vocabulary are wrong for every one.
    private static Validation<Problem, ModelSizes> Check(ModelSizes sizes) => sizes.Configure(SmallestVocabSize).Map(_ => sizes);
}
