using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Checks the gradient of the first training step against three oracles, or against guaranteed brackets.</summary>
internal static class GradCheckCommand
{
    private const string Notes =
        """
        Examples:
          microgpt gradcheck
          microgpt gradcheck --n-embd 8 --n-head 2 --n-layer 3 --engine scalar
          microgpt gradcheck --oracle interval

        """;

    private static readonly TypedOption<bool> OracleOption = TypedOption.Choice("--oracle", [("three", false), ("interval", true)],
        "three: complex step, forward mode and finite differences, on a sample; interval: bounds that each exact derivative is within.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("gradcheck", "Checks the gradient that training learns from against oracles.")
            .With([.. SettingOptions.OfModel, .. SettingOptions.Of("seed", "engine"), OracleOption, HelpWithNotes.Option(Notes)]);
        command.SetAction(parse => ExitCode.Conclude(Check(parse)));
        return command;
    }

    /// <summary>Checks an engine's gradient against three oracles, prints the report, and returns the exit code.</summary>
    public static Validation<Problem, int> Check(UntrainedModel model, Func<LanguageModel, Engine> createEngine) =>
        Check(model, createEngine, CheckByOracles);

    /// <summary>
    /// Checks an engine's gradient against guaranteed brackets, from which it may be a number of widths away. Prints the report, and
    /// returns the exit code.
    /// </summary>
    public static Validation<Problem, int> CheckByBrackets(
        UntrainedModel model, Func<LanguageModel, Engine> createEngine, double widths) =>
        Check(model, createEngine, (checkedGradient, report) => CheckByBrackets(checkedGradient, widths, report));

    private static Validation<Problem, int> Check(
        UntrainedModel model, Func<LanguageModel, Engine> createEngine, Func<CheckedGradient, GradientReport, int> check) =>
        from documents in model.Encode(model.Corpus.Documents[..1])
        from document in documents[0].Length > 1
            ? Success<Problem, ImmutableArray<int>>(documents[0])
            : new Problem("The text has one character, after which nothing is to be learned; give a longer one with --data.")
        select Check(model, document, createEngine, check);

    private static Validation<Problem, int> Check(ParseResult parse)
    {
        var given = SettingOptions.Read(parse);
        return (UnknownArguments.Check(parse), CorpusSource.Read(given), given.Validate(), OracleOption.Parse(parse))
            .Apply((_, corpus, run, byBrackets) =>
                from model in UntrainedModel.Create(run, corpus)
                from code in Check(model, Backends.Find(run), byBrackets)
                select code)
            .Flatten();
    }

    private static Validation<Problem, int> Check(UntrainedModel model, Backend backend, bool byBrackets)
    {
        return byBrackets ? CheckByBrackets(model, CreateEngine, backend.BracketWidths) : Check(model, CreateEngine);

        Engine CreateEngine(LanguageModel language) => backend.CreateEngine(language, documents: 1);
    }

    private static int Check(
        UntrainedModel model, ImmutableArray<int> document, Func<LanguageModel, Engine> createEngine,
        Func<CheckedGradient, GradientReport, int> check)
    {
        var (language, (parameters, random)) = (new Gpt(model.Configuration).Model, model.First.Draw());
        var batch = Batch.Of(language, document);
        var (loss, gradient) = createEngine(language)(parameters, batch);
        model.CutLines.IfSome(Console.Error.WriteLine);
        return check(
            new(new(language, parameters, batch), loss, gradient, Describe(model.Corpus, language.BlockSize), random),
            new(Console.Out));
    }

    private static int CheckByOracles(CheckedGradient found, GradientReport report)
    {
        report.PrintHead(found.Loss, found.Document, found.Function.Point.Length);
        var checks = GradientCheck.Run(found.Function, found.Gradient, found.Random).ToImmutableArray();
        report.PrintMatrices(checks);
        report.PrintStepSizes(GradientCheck.StepSizes(found.Function, found.Random));
        return checks.All(check => check.Holds) ? ExitCode.Success : ExitCode.WrongGradient;
    }

    private static int CheckByBrackets(CheckedGradient found, double widths, GradientReport report)
    {
        var bracket = Bracket.Compute(found.Function);
        var checks = BracketCheck.Run(bracket, found.Gradient);
        report.PrintHead(found.Loss, bracket.Value, found.Document, found.Function.Point.Length);
        report.PrintMatrices(checks, widths);
        return checks.All(check => check.Silent == 0 && check.Outside <= widths) ? ExitCode.Success : ExitCode.WrongGradient;
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

    // An engine's loss and gradient, the loss as a function, the quoted document that it is the loss of, and the generator of draws.
    private sealed record CheckedGradient(LossFunction Function, double Loss, Gradient Gradient, string Document, PythonRandom Random);
}
