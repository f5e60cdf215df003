using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Tells how likely a trained model finds texts.</summary>
internal static class ScoreCommand
{
    private const int MostProblems = 10;

    private const string Notes =
        """
        A line for each text, the oddest first. bits: how many bits a character takes,
        the end of a text counting as one; perplexity: among how many characters, all
        equally likely, the choice would be as hard; log p: the natural logarithm of
        the probability of the text.

        Examples:
          microgpt score --model model.safetensors anna xqzt
          microgpt score --model model.safetensors --data names.txt | head

        """;

    private static readonly Argument<string[]> Texts = new("text")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "text",
        Description = "The texts.",
    };

    private static readonly TypedOption<string> Data = TypedOption.File("--data", "names.txt",
        "Or a file of texts, one on each line.");

    /// <summary>The command with its options.</summary>
    public static Command Command()
    {
        var command = new Command("score", "Tells how likely a trained model finds texts.")
            { Texts, ModelFile.Setting.Option, Data.Option, SampleCommand.ShowProbabilities, Help.Option(Notes) };
        command.SetAction(parse => (Unknown.In(parse, Texts).Unknown, ModelFile.In(parse), TextsIn(parse))
            .Apply((_, checkpoint, texts) => Tokens(checkpoint, texts).Map(documents => Print(checkpoint, texts, documents, parse.GetValue(SampleCommand.ShowProbabilities))))
            .Bind(identity)
            .Match(Succ: _ => ExitCode.Success, Fail: problems => ExitCode.Of(problems)));
        return command;
    }

    private static Validation<Problem, ImmutableArray<string>> TextsIn(ParseResult parse) =>
        Data.IfGivenIn(parse).Bind(path => (path.IfNone(""), parse.GetValue(Texts)) switch
        {
            ("", { Length: > 0 } texts) => Validation<Problem, ImmutableArray<string>>.Success([.. texts]),
            (not "" and var data, null or []) => Names.Read(data).Map(read => read.Corpus.Documents).ToValidation(),
            ("", _) => new Problem("score is told of no text; write one, such as anna, or --data and a file of texts."),
            _ => new Problem("score is told of texts and of --data; leave one of the two out."),
        });

    private static Validation<Problem, ImmutableArray<ImmutableArray<int>>> Tokens(Checkpoint checkpoint, ImmutableArray<string> texts)
    {
        var documents = texts.Select(checkpoint.Tokenizer.Document).ToImmutableArray();
        var problems = documents.Lefts().ToImmutableArray();
        if (problems.IsEmpty) return Validation<Problem, ImmutableArray<ImmutableArray<int>>>.Success([.. documents.Rights()]);
        return problems.Length <= MostProblems
            ? problems.ToSeq()
            : problems.Take(MostProblems).Append(new Problem($"{problems.Length - MostProblems} more texts have such characters.")).ToSeq();
    }

    private static Unit Print(Checkpoint checkpoint, ImmutableArray<string> texts, ImmutableArray<ImmutableArray<int>> documents, bool probabilities)
    {
        var blockSize = checkpoint.Configuration.BlockSize;
        if (documents.Count(tokens => tokens.Length - 1 > blockSize) is > 0 and var cut)
            Console.Error.WriteLine($"{cut} of {documents.Length} texts are longer than the {blockSize} positions that the model sees: scored is what fits, as in training.");

        using var output = new StandardOutput();
        var decoder = checkpoint.Decoder();
        var scores = documents.Select(tokens => Score.Compute(decoder, tokens)).ToImmutableArray();
        output.Line($"{"bits",8} {"perplexity",10} {"log p",9}  text");
        foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i].BitsPerCharacter))
        {
            output.Line(Row(scores[i], texts[i]));
            if (probabilities) output.Line(ProbabilityTable.Of(scores[i].Choices, checkpoint.Tokenizer));
        }
        if (scores.Length > 1) output.Line(Row(Score.Compute(scores), $"(all {scores.Length})"));
        return unit;
    }

    private static string Row(Score score, string text) =>
        Invariant($"{score.BitsPerCharacter,8:F3} {score.Perplexity,10:F2} {score.LogProbability,9:F3}  {text}");
}
