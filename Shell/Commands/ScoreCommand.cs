using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
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

        Examples:
          microgpt score --model model.safetensors anna xqzt
          microgpt score --model model.safetensors --data names.txt | head

        """;

    private static readonly Argument<string[]> TextArgument = new("text")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "text",
        Description = "The texts to score.",
    };

    private static readonly TypedOption<string> DataOption = TypedOption.File("--data", "names.txt",
        "A file of texts, one on each line, in place of the texts.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("score", "Shows how likely texts are to a trained model.") { TextArgument }
            .With(CheckpointOption.Model, DataOption, SampleCommand.ProbabilitiesFlag, HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(ScoreTexts(parse)));
        return command;
    }

    private static Validation<Problem, Unit> ScoreTexts(ParseResult parse)
    {
        var model = CheckpointOption.Model.ParseRequired(parse).Then(CheckpointStore.Read);
        var (unknown, words) = UnknownArguments.Separate(parse, TextArgument);
        return (unknown, model, ReadTexts(words, parse))
            .Apply((_, checkpoint, texts) => Encode(checkpoint, texts)
                .Map(documents => Print(checkpoint, texts, documents, parse.GetValue(SampleCommand.ProbabilitiesFlag))))
            .Flatten();
    }

    private static Validation<Problem, ImmutableArray<string>> ReadTexts(string[] words, ParseResult parse) =>
        DataOption.ParseOptional(parse).Bind(path => (path.IfNone(""), words) switch
        {
            ("", { Length: > 0 }) => Success<Problem, ImmutableArray<string>>([.. words.Select(Characters.Strip)]),
            (not "" and var data, []) => CorpusSource.Read(data).Map(loaded => loaded.Corpus.Documents).ToValidation(),
            ("", _) => new Problem("score needs a text; write one, such as anna, or --data and a file of texts."),
            _ => new Problem("score was given both texts and --data; leave one of the two out."),
        });

    // Of many problems, the first ten are reported, and the number of the others.
    private static Validation<Problem, ImmutableArray<ImmutableArray<int>>> Encode(Checkpoint checkpoint, ImmutableArray<string> texts)
    {
        var documents = texts.Select(checkpoint.Tokenizer.Document).ToImmutableArray();
        var problems = documents.Lefts().ToImmutableArray();
        if (problems.IsEmpty) return Success<Problem, ImmutableArray<ImmutableArray<int>>>([.. documents.Rights()]);
        return problems.Length <= MaxProblems
            ? problems.ToSeq()
            : problems.Take(MaxProblems).Append(new Problem($"{problems.Length - MaxProblems} more texts have such characters.")).ToSeq();
    }

    private static Unit Print(
        Checkpoint checkpoint, ImmutableArray<string> texts, ImmutableArray<ImmutableArray<int>> documents, bool withProbabilities)
    {
        var blockSize = checkpoint.Configuration.BlockSize;
        if (documents.Count(tokens => tokens.Length - 1 > blockSize) is > 0 and var cut)
            Console.Error.WriteLine($"{cut} of {documents.Length} texts are longer than the {blockSize} positions that the model sees: "
                + "only the part that fits is scored, as in training.");

        using var output = new StandardOutput();
        var decoder = EngineOptions.CreateDecoder(checkpoint);
        var scores = documents.Select(tokens => Score.Compute(decoder, tokens)).ToImmutableArray();
        output.Line($"{"bits",8} {"perplexity",10} {"log p",9}  text");
        foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i].BitsPerCharacter))
        {
            output.Line(FormatRow(scores[i], texts[i]));
            if (withProbabilities) output.Line(ProbabilityTable.Format(scores[i].Choices, checkpoint.Tokenizer));
        }
        if (scores.Length > 1) output.Line(FormatRow(Score.Compute(scores), $"(all {scores.Length})"));
        return unit;
    }

    private static string FormatRow(Score score, string text) =>
        Invariant($"{score.BitsPerCharacter,8:F3} {score.Perplexity,10:F2} {score.LogProbability,9:F3}  {text}");
}
