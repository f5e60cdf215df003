using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using ArgumentArity = System.CommandLine.ArgumentArity;
using Command = System.CommandLine.Command;
using ParseResult = System.CommandLine.ParseResult;
using TextOption = System.CommandLine.Option<string[]>;

namespace MicroGpt.Shell.Commands;

/// <summary>Writes a page about a trained model: its training, samples, attention, embeddings and gradient.</summary>
internal static class ReportCommand
{
    private const int Samples = 20;
    private const double Temperature = 0.5;

    private const string Notes =
        """
        The page is a single HTML file for any browser. It shows
          how it learned     loss, validation loss, learning rate, and the gradient of
                             each matrix, from the file that --log wrote
          what it invents    20 names, each beside the nearest real ones; what lies
                             beyond block_size in a real name does not count
          how it reads       for each text: the loss of each character, the likeliest
                             next characters, and the attention of every head
          what it knows      characters and positions in two dimensions, and which
                             characters are alike
          its gradient       compared with three oracles, as by gradcheck; for a
                             large model, this takes minutes

        Examples:
          microgpt --log log.csv --save model.safetensors --validation 0.1
          microgpt report --model model.safetensors --log log.csv --out run.html
          microgpt report --model model.safetensors --text anna maria --out run.html

        """;

    private static readonly TypedOption<string> LogOption = TypedOption.File("--log", "log.csv",
        "The log of the training, which --log wrote.");
    private static readonly TypedOption<string> DataOption = TypedOption.File("--data", "names.txt",
        "The real names; by default, those that training would learn from.");
    private static readonly TypedOption<string> OutOption = OutFile.Option("run.html", "The HTML file to write.");

    private static readonly TextOption TextsOption = new("--text")
    {
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "text",
        Description = "Texts for the model to read, one or more; by default, the first name that it invents.",
    };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("report", "Writes an HTML page about a trained model, with diagrams.")
            .With(CheckpointOption.Model, LogOption, TextsOption, DataOption, OutOption, OutputOptions.ForceFlag)
            .With(HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(WriteReport(parse)));
        return command;
    }

    private static Validation<Problem, int> WriteReport(ParseResult parse)
    {
        var (data, log) = (DataOption.ParseOptional(parse), LogOption.ParseOptional(parse));
        var model = CheckpointOption.Model.ParseRequired(parse).Then(CheckpointStore.Read);
        var saved = model.ToOption(); // without a model, its problems are reported, and what depends on it is not checked
        return (
            UnknownArguments.Check(parse),
            model,
            ParseTexts(parse).Bind(texts => saved.Match(run => Encode(run, texts), None: () => ImmutableArray<EncodedText>.Empty)),
            log.Then(path => ReadLog(path, saved)),
            data.Map(CorpusSource.Locate).Then(path => ReadNames(path, saved)),
            ParseOut(parse, data, log))
            .Apply((_, run, texts, logged, names, path) =>
                Build(run, logged, names, texts).Map(report => Save(report, path, FindCut(run, texts))).ToValidation())
            .Flatten();
    }

    private static Option<Truncation> FindCut(Checkpoint run, ImmutableArray<EncodedText> texts) =>
        run.Tokenizer.Bos.Bind(_ => Truncation.Find([.. texts.Select(text => text.Text)], run.Configuration));

    private static Either<Problem, TrainingLog> ReadLog(string path, Option<Checkpoint> model) =>
        from log in TrainingLogFile.Read(path)
        from _ in model.Map(run => LogOrigin.Check(log, run, path)).IfNone(log)
        select log;

    private static Either<Problem, LoadedCorpus> ReadNames(string path, Option<Checkpoint> model) =>
        from names in CorpusSource.Read(path, model.Match(run => run.RunConfiguration.Split, () => Split.Lines))
        from _ in model.Map(run => run.CheckAlphabet(Tokenizer.Of(names.Corpus))).IfNone(unit)
        select names;

    private static Validation<Problem, string> ParseOut(
        ParseResult parse, Validation<Problem, Option<string>> data, Validation<Problem, Option<string>> log) =>
        OutOption.ParseRequired(parse).Bind(path => OutFile.Check(parse, path, FileFormat.Html,
        [
            .. CheckpointOption.AsInput(parse),
            .. log.IfFail(None).Map(file => new InputFile(file, "--log names")),
            .. CorpusSource.AsInput(data),
        ]).Map(_ => path));

    private static Validation<Problem, ImmutableArray<string>> ParseTexts(ParseResult parse) =>
        parse.GetResult(TextsOption) is { Tokens: [] }
        ? new Problem("--text has no value; write one after it, such as --text anna, or --text=--x for one that begins with a dash.")
        : Success<Problem, ImmutableArray<string>>([.. (parse.GetValue(TextsOption) ?? []).Select(Characters.Strip).Distinct()]);

    private static Validation<Problem, ImmutableArray<EncodedText>> Encode(Checkpoint checkpoint, ImmutableArray<string> texts) =>
        texts.Select(text => Encode(checkpoint.Tokenizer, text).ToValidation()).Sequence().Map(encoded => encoded.ToImmutableArray());

    private static Either<Problem, EncodedText> Encode(Tokenizer tokenizer, string text) =>
        tokenizer.Document(text).Map(tokens => new EncodedText(text, tokens));

    private static Either<Problem, Report> Build(
        Checkpoint checkpoint, Option<TrainingLog> log, Option<LoadedCorpus> read, ImmutableArray<EncodedText> texts)
    {
        var (gpt, parameters, tokenizer) = (new Gpt(checkpoint.Configuration), checkpoint.State.Parameters, checkpoint.Tokenizer);
        var decoder = CheckpointOption.CreateDecoder(checkpoint);
        return
            from names in read.Match(Some: names => names, None: () => CorpusSource.Fetch(checkpoint))
            from invented in Invent(checkpoint, decoder, names.Corpus)
            from first in Encode(tokenizer, invented[0].Name)
            let shown = texts.IsEmpty ? [first] : texts
            select new Report(
                checkpoint,
                log,
                invented,
                Repetition.Estimate(names.Corpus, Samples, checkpoint.Configuration.BlockSize),
                names.Sha256 == checkpoint.DataSha256 ? Entropy.Count(names.Corpus) : Option<Entropy>.None,
                [.. shown.Select(text => (text.Text, ForwardTrace.Evaluate(gpt, parameters, text.Tokens)))],
                CheckGradient(gpt, checkpoint, shown[0].Tokens));
    }

    private static Either<Problem, ImmutableArray<NearestNames>> Invent(Checkpoint checkpoint, Decoder decoder, Corpus corpus) =>
        checkpoint.Tokenizer.Bos.Match(
            Some: bos => Sampling.Documents(decoder, SamplingOptions.Of(Temperature), [], checkpoint.Random).Take(Samples).Sequence()
                .Map(documents => documents.Select(document => Compare(checkpoint, corpus, document, bos)).ToImmutableArray()),
            None: () => Sampling
                .Text(
                    decoder, SamplingOptions.Of(Temperature), [checkpoint.Tokenizer.Start], Option<int>.None,
                    Samples * checkpoint.Configuration.BlockSize, checkpoint.Random)
                .Map(text => text.Choices.Select(choice => choice.Token).Chunk(checkpoint.Configuration.BlockSize)
                    .Select(block => NearestNames.FindStretch(corpus.Documents[0], checkpoint.Tokenizer.Decode(block)))
                    .ToImmutableArray()));

    private static NearestNames Compare(Checkpoint checkpoint, Corpus corpus, GeneratedDocument document, int bos)
    {
        // A name that the model invents has no more characters than the block.
        var name = checkpoint.Tokenizer.Decode(document.Tokens.AsSpan());
        return NearestNames.Find(corpus.Documents.Select(real => real.Start(checkpoint.Configuration.BlockSize)), name) with
        {
            IsCopy = document.Tokens[^1] == bos && corpus.Documents.Contains(name),
        };
    }

    private static ImmutableArray<MatrixCheck> CheckGradient(Gpt gpt, Checkpoint checkpoint, ImmutableArray<int> document)
    {
        var (parameters, batch) = (checkpoint.State.Parameters, Batch.Of(gpt.Model, document));
        var gradient = Backends.InDouble(checkpoint.RunConfiguration.Engine).CreateEngine(gpt.Model, documents: 1)(parameters, batch)
            .Gradient;
        return [.. GradientCheck.Run(new(gpt.Model, parameters, batch), gradient, checkpoint.Random)];
    }

    private static int Save(Report report, string path, Option<Truncation> cut) => OutFile.Save(path, report.Html).Match(
        Right: _ =>
        {
            cut.IfSome(truncation => Console.Error.WriteLine(truncation.Describe("texts")));
            using var output = new StandardOutput();
            output.Line($"{path} is written; open it in a browser.");
            return ExitCode.Success;
        },
        Left: problem => EarlyExit.IoError(problem).Report());

    private sealed record EncodedText(string Text, ImmutableArray<int> Tokens);
}
