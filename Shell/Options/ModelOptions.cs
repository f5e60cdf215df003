using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>
/// What every command is told of its model: the documents, unless they are to be fetched; the configuration, given a number of
/// tokens that only the documents tell; and the seed.
/// </summary>
internal sealed record ModelOptions(Option<DataSet> Data, Func<int, Validation<Problem, Configuration>> Configuration, BigInteger Seed)
{
    private const int FewestTokens = 2; // a character and BOS

    private static readonly TypedOption<string> DataSetting = TypedOption.File("--data", "names.txt",
        "The text to learn from: UTF-8, one document on each line.");
    private static readonly TypedOption<int> NEmbd = TypedOption.Count("--n-embd", 16, 1,
        "How many numbers stand for a token; a multiple of the number of heads.");
    private static readonly TypedOption<int> NHead = TypedOption.Count("--n-head", 4, 1,
        "How many attention heads share them.");
    private static readonly TypedOption<int> NLayer = TypedOption.Count("--n-layer", 1, 1,
        "How many transformer blocks stand on one another.");
    private static readonly TypedOption<int> BlockSize = TypedOption.Count("--block-size", 16, 1,
        "How many positions the model sees at most; what is longer is cut short.");
    private static readonly TypedOption<BigInteger> SeedSetting = TypedOption.Natural("--seed", 42,
        "Where chance begins: the same seed gives the same run.");

    /// <summary>The options that say what the model is, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All =>
        [DataSetting.Option, NEmbd.Option, NHead.Option, NLayer.Option, BlockSize.Option];

    /// <summary>The option that says where chance begins.</summary>
    public static CommandOption SeedOption => SeedSetting.Option;

    /// <summary>The options of a command line, the data being read, or everything that is wrong with them.</summary>
    public static Validation<Problem, ModelOptions> In(ParseResult parse)
    {
        var configuration = (NEmbd.In(parse), NHead.In(parse), NLayer.In(parse), BlockSize.In(parse)).Apply(
            (nEmbd, nHead, nLayer, blockSize) => Valid(tokens => Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, tokens)))
            .Bind(identity);
        var data = DataIn(parse).Read(Names.Read);
        return (data, configuration, SeedSetting.In(parse)).Apply((documents, sizes, seed) => new ModelOptions(documents, sizes, seed));
    }

    /// <summary>The file that holds the documents, if there is one.</summary>
    public static Validation<Problem, Option<string>> DataIn(ParseResult parse) => DataSetting.IfGivenIn(parse).Map(Names.Local);

    /// <summary>The path of a file to write, which must not be the one that holds the documents.</summary>
    public static Validation<Problem, Option<string>> Apart(TypedOption<string> file, ParseResult parse) => file.IfGivenIn(parse).Bind(path =>
    {
        var data = DataIn(parse).IfFail(None);
        return data.Exists(read => path.Exists(written => Path.GetFullPath(read) == Path.GetFullPath(written)))
            ? new Problem($"{file.Option.Name} would overwrite the data in {data.IfNone("")}; name another file.")
            : Validation<Problem, Option<string>>.Success(path);
    });

    /// <summary>The documents fetched and shuffled, and the parameters drawn: where every run of the same options starts.</summary>
    public Validation<Problem, InitialState> Begin()
    {
        var (corpus, sha256) = Data.IfNone(Names.Fetch);
        var tokenizer = Tokenizer.Of(corpus);
        return Configuration(tokenizer.VocabSize).Map(configuration =>
        {
            var (shuffled, afterShuffle) = corpus.Shuffle(PythonRandom.Seed(Seed));
            var (parameters, random) = Parameters.Draw(configuration, afterShuffle);
            return new InitialState(shuffled, sha256, tokenizer, parameters, random);
        });
    }

    // Sizes that are wrong for the smallest number of tokens are wrong for every one.
    private static Validation<Problem, Func<int, Validation<Problem, Configuration>>> Valid(
        Func<int, Validation<Problem, Configuration>> create) =>
        create(FewestTokens).Map(_ => create);
}

/// <summary>A model before it has learned anything: its documents in order, its tokens, its parameters, the chance that goes on.</summary>
internal sealed record InitialState(Corpus Corpus, string DataSha256, Tokenizer Tokenizer, Parameters Parameters, PythonRandom Random)
{
    /// <summary>The tokens of the documents that a schedule comes to.</summary>
    public ImmutableArray<ImmutableArray<int>> Tokens(TrainingSchedule schedule) =>
        Tokens((int)Math.Min((long)schedule.Steps * schedule.BatchSize, Corpus.Documents.Length));

    /// <summary>The tokens of the first documents; every character of theirs is in the alphabet, which was made of them.</summary>
    public ImmutableArray<ImmutableArray<int>> Tokens(int documents) =>
        Tokens(Corpus.Documents[..Math.Min(documents, Corpus.Documents.Length)]);

    /// <summary>The tokens of some documents.</summary>
    public ImmutableArray<ImmutableArray<int>> Tokens(ImmutableArray<string> documents) =>
        [.. documents.Select(text => Tokenizer.Document(Seen(text)).IfLeft([]))];

    // As much as fills a block, and one character more, so that it is not taken for the end: a line may be longer than any model sees.
    private string Seen(string text)
    {
        var most = Parameters.Configuration.BlockSize + 1;
        return text.Length <= most ? text : string.Concat(text.EnumerateRunes().Take(most));
    }
}
