using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Checks the gradient of the first training step against three oracles.</summary>
internal static class GradCheckCommand
{
    private const string Notes =
        """
        Examples:
          microgpt gradcheck
          microgpt gradcheck --n-embd 8 --n-head 2 --n-layer 3 --engine scalar

        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("gradcheck", "Checks the gradient that training learns from against three oracles.")
            .With([.. SettingOptions.OfModel, .. SettingOptions.Of("seed", "engine"), HelpWithNotes.Option(Notes)]);
        command.SetAction(parse => ExitCode.Conclude(Check(parse)));
        return command;
    }

    /// <summary>Checks an engine's gradient, prints the report, and returns the exit code.</summary>
    public static Validation<Problem, int> Check(UntrainedModel model, Func<LanguageModel, Engine> createEngine) =>
        from documents in model.Encode(model.Corpus.Documents[..1])
        from document in documents[0].Length > 1
            ? Success<Problem, ImmutableArray<int>>(documents[0])
            : new Problem("The text has one character, after which nothing is to be learned; give a longer one with --data.")
        select Check(model, document, createEngine);

    private static Validation<Problem, int> Check(ParseResult parse)
    {
        var given = SettingOptions.Read(parse);
        return (UnknownArguments.Check(parse), CorpusSource.Read(given), given.Validate())
            .Apply((_, corpus, run) =>
                from model in UntrainedModel.Create(run, corpus)
                from code in Check(model, language => Backends.Find(run).CreateEngine(language, documents: 1))
                select code)
            .Flatten();
    }

    private static int Check(UntrainedModel model, ImmutableArray<int> document, Func<LanguageModel, Engine> createEngine)
    {
        var (language, (parameters, random)) = (new Gpt(model.Configuration).Model, model.Draw());
        var batch = Batch.Of(language, document);
        var (loss, gradient) = createEngine(language)(parameters, batch);
        var function = new LossFunction(language, parameters, batch);

        var report = new GradientReport(Console.Out);
        model.CutLines.IfSome(Console.Error.WriteLine);
        report.PrintHead(loss, Describe(model.Corpus, language.BlockSize), parameters.Values.Length);
        var checks = GradientCheck.Run(function, gradient, random).ToImmutableArray();
        report.PrintMatrices(checks);
        report.PrintStepSizes(GradientCheck.StepSizes(function, random));
        return checks.All(check => check.Holds) ? ExitCode.Success : ExitCode.WrongGradient;
    }

    // The part of a document that the batch holds.
    private static string Describe(Corpus corpus, int blockSize)
    {
        var (document, kind) = (corpus.Documents[0], corpus.Split == Split.Lines ? "line" : "document");
        var (shown, length) = (document.Start(blockSize).Quote(), document.CodePoints().Count());
        return corpus.Split.IsRunningText ? document.Start(blockSize + 1).Quote()
            : length < blockSize ? shown
            : length == blockSize ? $"{shown} without its end"
            : $"{shown}, the first {blockSize} of {length} characters of a {kind},";
    }
}
