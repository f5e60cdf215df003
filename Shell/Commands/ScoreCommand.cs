using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Text;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Shows the probability that a trained model gives to texts.</summary>
internal static class ScoreCommand
{
    private const int MaxProblems = 10;

    private const string Notes =
        """
        Prints a line for each text, the most bits first:
          bits         the mean information of a character, in bits; the end of the
                       text counts as a character
          perplexity   2 to the power of bits: the number of equally likely characters
                       among which the choice would be as hard
          log p        the natural logarithm of the probability of the text
        White space at both ends of a text does not count. After --, every argument is
        a text. Running text is scored in windows of block_size characters after their
        first one, a line for each.

        Examples:
          microgpt score --model model.safetensors anna xqzt
          microgpt score --model model.safetensors --data names.txt --count 10
          microgpt score --model model.safetensors -- --x

        """;

    private static readonly Argument<string[]> TextArgument = new("text")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "text",
        Description = "The texts to score.",
    };

    private static readonly TypedOption<string> DataOption = TypedOption.File("--data", "names.txt",
        "A file of texts, one on each line, in place of the texts.");
    private static readonly TypedOption<int> CountOption = TypedOption.Optional("--count", "n", "10",
        "Print only the n texts with the most bits.", (name, text) => NumberParser.ParseCount(0, name, text));

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("score", "Shows how likely texts are to a trained model.") { TextArgument }
            .With(CheckpointOption.Model, DataOption, CountOption, SampleCommand.ProbabilitiesFlag, HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(ScoreTexts(parse)));
        return command;
    }

    private static Validation<Problem, int> ScoreTexts(ParseResult parse)
    {
        var model = CheckpointOption.Model.ParseRequired(parse).Then(CheckpointStore.Read);
        var (unknown, words) = UnknownArguments.Separate(parse, TextArgument);
        return (unknown, model, ReadTexts(words, parse, model.ToOption()), CountOption.ParseOptional(parse))
            .Apply((_, checkpoint, texts, count) => Encode(checkpoint.Tokenizer, texts).Map(documents => Print(
                checkpoint, texts.Documents, documents, count.IfNone(int.MaxValue), parse.GetValue(SampleCommand.ProbabilitiesFlag))))
            .Flatten();
    }

    private static Validation<Problem, Texts> ReadTexts(string[] words, ParseResult parse, LanguageExt.Option<Checkpoint> model)
    {
        var split = model.Match(Some: saved => saved.RunConfiguration.Split, None: () => Split.Lines);
        return DataOption.ParseOptional(parse).Bind(path => (path.IfNone(""), words) switch
        {
            ("", { Length: > 0 }) =>
                Success<Problem, Texts>(new([.. words.Select(word => split.IsRunningText ? word : word.Strip())], _ => "")),
            (not "" and var data, []) => CorpusSource.Read(data, split)
                .Map(loaded => new Texts(loaded.Corpus.Documents, i => $"{data}, line {loaded.LineOf(i)}: ")).ToValidation(),
            ("", _) => new Problem("score needs a text; write one, such as anna, or --data and a file of texts."),
            _ => new Problem("score was given both texts and --data; leave one of the two out."),
        }).Bind(texts => split.IsRunningText ? InWindows(texts, model) : texts);
    }

    // Running text in windows: each has one character more than it has positions, and begins with the last one of the window before.
    private static Validation<Problem, Texts> InWindows(Texts texts, LanguageExt.Option<Checkpoint> model)
    {
        var size = model.Match(Some: saved => saved.Configuration.BlockSize, None: () => 1);
        var windows = (
            from document in texts.Documents.Index()
            let characters = document.Item.EnumerateRunes().ToArray()
            from start in Enumerable.Range(0, (Math.Max(0, characters.Length - 1) + size - 1) / size).Select(k => k * size)
            select (document.Index, Text: string.Concat(characters[start..Math.Min(start + size + 1, characters.Length)]))).ToArray();
        return windows is []
            ? new Problem("Running text is scored from its second character on; give a text of two or more.")
            : new Texts([.. windows.Select(window => window.Text)], i => texts.PlaceOf(windows[i].Index));
    }

    // All texts are encoded before the first is scored. Of many problems, the first ten are reported, and the number of the others.
    private static Validation<Problem, ImmutableArray<ImmutableArray<int>>> Encode(Tokenizer tokenizer, Texts texts)
    {
        var encoded = texts.Documents.Select(tokenizer.Document).ToArray();
        var problems = encoded.Index().SelectMany(text =>
            text.Item.LeftToSeq().Select(problem => new Problem($"{texts.PlaceOf(text.Index)}{problem}"))).ToSeq();
        return problems.IsEmpty ? encoded.Rights().ToImmutableArray()
            : problems.Count <= MaxProblems ? problems
            : problems.Take(MaxProblems).Add(new($"{problems.Count - MaxProblems} more texts have such characters."));
    }

    private static int Print(
        Checkpoint checkpoint, ImmutableArray<string> texts, ImmutableArray<ImmutableArray<int>> documents, int most,
        bool withProbabilities)
    {
        if (checkpoint.Tokenizer.Bos.IsSome) Truncation.Find(texts, checkpoint.Configuration)
            .IfSome(cut => Console.Error.WriteLine($"{cut.Describe("texts")} Only the part that fits is scored, as in training."));
        return Rank(checkpoint, documents, most).Match(Right: PrintRanking, Left: code => code);

        int PrintRanking(Ranking ranking)
        {
            using var output = new StandardOutput();
            var decoder = new Lazy<Decoder>(() => CheckpointOption.CreateDecoder(checkpoint));
            output.LineOfMany($"{"bits",8} {"perplexity",10} {"log p",9}  text");
            foreach (var (i, likelihood) in ranking.Ranked)
            {
                output.LineOfMany(FormatRow(likelihood, texts[i]));
                if (withProbabilities) output.LineOfMany(
                    ProbabilityTable.Format(Score.Compute(decoder.Value, documents[i]).Choices, checkpoint.Tokenizer));
            }
            if (ranking.Count > 1) output.LineOfMany(FormatRow(ranking.Total, $"(all {ranking.Count})"));
            return ExitCode.Success;
        }
    }

    // The ranking of all documents, which are scored in one batch; or the exit code of a signal.
    private static Either<int, Ranking> Rank(Checkpoint checkpoint, ImmutableArray<ImmutableArray<int>> documents, int most)
    {
        using var interruption = new Interruption();
        using var progress = new ProgressLine("text", documents.Length);
        try
        {
            var score = CheckpointOption.CreateScorer(checkpoint, new(interruption.Token));
            return Ranking.Compute(
                score(checkpoint.State.Parameters, documents, new(interruption.Token, at => progress.Show(at.Done))), most);
        }
        catch (OperationCanceledException)
        {
            return interruption.ExitCode.IfNone(ExitCode.Success);
        }
    }

    private static string FormatRow(Likelihood likelihood, string text) => Invariant(
        $"{likelihood.BitsPerCharacter,8:F3} {likelihood.Perplexity,10:F2} {likelihood.LogProbability,9:F3}  {text.Replace('\n', '⏎')}");

    /// <summary>The texts to score. `PlaceOf` is the beginning of a sentence about one of them: where it stands.</summary>
    private sealed record Texts(ImmutableArray<string> Documents, Func<int, string> PlaceOf);
}
