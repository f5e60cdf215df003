using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;
using TextOption = System.CommandLine.Option<string[]>;

namespace MicroGpt.Shell.Commands;

/// <summary>Makes a page of a trained model: how it learned, what it invents, how it reads, what it knows.</summary>
internal static class ReportCommand
{
    private const int Inventions = 20;
    private const double Temperature = 0.5;

    private const string Notes =
        """
        The page needs nothing else: open it in any browser, print it, send it. It shows
          how it learned     loss, validation loss, learning rate, and the gradient of
                             each matrix, from the file that --log wrote
          what it invents    20 names, each beside the nearest real ones
          how it reads       for each text: the loss of each character, what might
                             have come next, and the attention of every head
          what it knows      characters and positions in two dimensions, and which
                             characters are alike
          its gradient       against three oracles, as gradcheck does; of a large
                             model, this takes minutes

        Examples:
          microgpt --log log.csv --save model.safetensors --validation 0.1
          microgpt report --model model.safetensors --log log.csv --out run.html
          microgpt report --model model.safetensors --text anna maria --out run.html

        """;

    private static readonly TypedOption<string> Log = TypedOption.File("--log", "log.csv",
        "What training wrote down with --log.");
    private static readonly TypedOption<string> Data = TypedOption.File("--data", "names.txt",
        "The real names; unless told, those that training would learn from.");
    private static readonly TypedOption<string> Out = TypedOption.File("--out", "run.html",
        "The page to write.");

    private static readonly TextOption Texts = new("--text")
    {
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "text",
        Description = "Texts that it reads, one or more; unless told, the first name that it invents.",
    };

    /// <summary>The command with its options.</summary>
    public static Command Command()
    {
        var command = new Command("report", "Makes a page of a trained model, with pictures of all that is in it.");
        foreach (var option in (CommandOption[])[ModelFile.Setting.Option, Log.Option, Texts, Data.Option, Out.Option, Help.Option(Notes)])
            command.Add(option);
        command.SetAction(parse =>
        {
            var log = Log.IfGivenIn(parse).Read(TrainingLogFile.Read);
            var data = Data.IfGivenIn(parse).Map(Names.Local).Read(Names.Read);
            var reading = (ModelFile.In(parse), TextsIn(parse))
                .Apply((model, texts) => Documents(model, texts).Map(documents => (Model: model, Documents: documents))).Bind(identity);
            return (Unknown.In(parse), reading, log, data, OutIn(parse))
                .Apply((_, read, told, names, path) => Of(read.Model, told, names.IfNone(Names.Fetch), read.Documents)
                    .Map(report => Save(report, path)).ToValidation())
                .Bind(identity)
                .Match(Succ: code => code, Fail: problems => ExitCode.Of(problems));
        });
        return command;
    }

    private static Validation<Problem, string> OutIn(ParseResult parse)
    {
        (string Option, Validation<Problem, LanguageExt.Option<string>> Path)[] read =
            [("--model", ModelFile.Setting.IfGivenIn(parse)), ("--log", Log.IfGivenIn(parse)), ("--data", Data.IfGivenIn(parse).Map(Names.Local))];
        return read
            .Aggregate(Out.RequiredIn(parse), (path, other) => path.Bind(written => OutputOptions.Apart("--out", written, other.Path.IfFail(None)).Map(_ => written)))
            .Bind(path => AtomicFile.Refusal(FileOperations.Real, path).Match(
                Some: reason => Unsaved(path, reason), None: () => Validation<Problem, string>.Success(path)));
    }

    private static Validation<Problem, ImmutableArray<string>> TextsIn(ParseResult parse) => parse.GetResult(Texts) is { Tokens: [] }
        ? new Problem("--text has no value; write one after it, such as --text anna.")
        : Validation<Problem, ImmutableArray<string>>.Success([.. (parse.GetValue(Texts) ?? []).Distinct()]);

    private static Validation<Problem, ImmutableArray<(string Text, ImmutableArray<int> Tokens)>> Documents(Checkpoint checkpoint, ImmutableArray<string> texts)
    {
        var documents = texts.Select(text => checkpoint.Tokenizer.Document(text).Map(tokens => (text, tokens))).ToImmutableArray();
        var problems = documents.Lefts().ToSeq().Strict();
        return problems.IsEmpty
            ? Validation<Problem, ImmutableArray<(string, ImmutableArray<int>)>>.Success([.. documents.Rights()])
            : Validation<Problem, ImmutableArray<(string, ImmutableArray<int>)>>.Fail(problems);
    }

    private static Either<Problem, Report> Of(
        Checkpoint checkpoint, LanguageExt.Option<TrainingLog> log, DataSet names, ImmutableArray<(string Text, ImmutableArray<int> Tokens)> texts) =>
        Sampling.Documents(checkpoint.Decoder(), SamplingOptions.Of(Temperature), [], checkpoint.Random).Take(Inventions).Sequence().Map(inventions =>
        {
            var (gpt, parameters, tokenizer) = (new Gpt(checkpoint.Configuration), checkpoint.State.Parameters, checkpoint.Tokenizer);
            ImmutableArray<string> invented = [.. inventions.Select(invention => tokenizer.Decode(invention.Tokens.AsSpan()))];
            if (texts.IsEmpty) texts = [(invented[0], [tokenizer.Bos, .. tokenizer.Encode(invented[0]).IfLeft([]), tokenizer.Bos])];
            return new Report(
                checkpoint,
                log,
                [.. invented.Select(name => NearestNames.Find(names.Corpus.Documents, name))],
                names.Sha256 == checkpoint.DataSha256,
                [.. texts.Select(text => (text.Text, ForwardTrace.Evaluate(gpt, parameters, text.Tokens)))],
                Checks(gpt, checkpoint, texts[0].Tokens));
        });

    private static ImmutableArray<MatrixCheck> Checks(Gpt gpt, Checkpoint checkpoint, ImmutableArray<int> document)
    {
        var (parameters, batch) = (checkpoint.State.Parameters, Batch.Of(gpt.Configuration.BlockSize, document));
        var gradient = EngineOptions.Of(gpt, checkpoint.Plan.Engine == EngineKind.Scalar)(parameters, batch).Gradient;
        return [.. GradientCheck.Run(new(gpt, parameters, batch), gradient, checkpoint.Random)];
    }

    private static int Save(Report report, string path)
    {
        var problem = AtomicFile.Save(FileOperations.Real, Encoding.UTF8.GetBytes(report.Html), path, overwrite: true).Map(reason => Unsaved(path, reason));
        problem.IfSome(Console.Error.WriteLine);
        if (problem.IsNone) Console.WriteLine($"{path} is written; open it in a browser.");
        return problem.IsSome ? ExitCode.IoError : ExitCode.Success;
    }

    private static Problem Unsaved(string path, string reason) => IoErrors.Unsaved(path, reason, "--out");
}
