using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Reports;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Study;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using ArgumentArity = System.CommandLine.ArgumentArity;
using Command = System.CommandLine.Command;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;
using TextArgument = System.CommandLine.Argument<string[]>;

namespace MicroGpt.Shell.Commands;

/// <summary>
/// Shows the GPT itself: its loss, its gradient, a step of training or of generation, the Hessian times a direction. Shows the learning
/// rate of a run, too.
/// </summary>
internal static class ShowCommand
{
    private const string Notes =
        """
        Subjects:
          loss       the loss, from the tokens on
          gradient   the gradient of the loss with respect to each parameter
          step       a step of training: the loss, and the update of parameters and slots
          hvp        the Hessian times a direction v
          decode     a step of generation, with keys and values cached; as it is
                     compiled, what depends only on the token and on its position is
                     a row of a table
          schedule   the learning rate over the steps of a run

        Examples:
          microgpt show loss
          microgpt show gradient --of layer0.attn_wq
          microgpt show step --optimizer sgd --momentum 0.9
          microgpt show loss --format svg --out loss.svg
          microgpt show schedule --schedule cosine --warmup 100

        """;

    /// <summary>A subject by its name on the command line.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Title">The title, which follows "the".</param>
    /// <param name="Takes">The options that mean something to it.</param>
    /// <param name="IsDrawnIn">True for the formats that it has.</param>
    /// <param name="Draw">Draws it, or returns every problem.</param>
    private sealed record Subject(
        string Name, string Title, ImmutableArray<CommandOption> Takes, Func<Format, bool> IsDrawnIn,
        Func<Request, Validation<Problem, string>> Draw)
    {
        /// <summary>A computation of the GPT, of its forward pass, parameters and an optimizer.</summary>
        public static Subject Of(
            string name, string title, IEnumerable<CommandOption> takes,
            Func<ForwardPass, ImmutableArray<Parameter>, Optimizer, Computation> build) =>
            new(name, title, [.. SettingOptions.OfModel, .. takes], _ => true, request => DrawComputation(request, title, build));
    }

    /// <summary>The values of the options.</summary>
    private sealed record Request(RunConfiguration Run, Option<LoadedCorpus> Corpus, Option<string> Of, Format Format);

    /// <summary>A format of files. A computation has a title, and is drawn as it is written and as it is compiled.</summary>
    private sealed record Format(
        string Name, FileFormat File, Func<string, Configuration, Computation, Computation, string> OfComputation,
        Option<Func<TrainingSchedule, string>> OfSchedule = default);

    private const int RedirectedWidth = 75; // of a schedule that is drawn into a pipe or a file
    private const string Names = "loss, gradient, step, hvp, decode or schedule";

    private static readonly TextArgument WhatArgument = new("what")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "what",
        Description = $"{Names}.",
    };
    private static readonly TypedOption<string> OfOption = TypedOption.Text("--of", "parameter", "layer0.attn_wq",
        "The parameter of the gradient, step or Hessian; by default, all of them.");
    private static readonly TypedOption<Format> FormatOption = TypedOption.Choice<Format>("--format",
        [
            ("text", new("text", FileFormat.Text, ComputationText.Format, Some<Func<TrainingSchedule, string>>(DrawText))),
            ("mermaid", new("mermaid", FileFormat.Text, (_, _, _, compiled) => Diagram.Of(compiled).Mermaid())),
            ("dot", new("dot", FileFormat.Text, (_, _, _, compiled) => Diagram.Of(compiled).Dot())),
            ("svg", new("svg", FileFormat.Svg, (title, configuration, _, compiled) =>
                Diagram.Of(compiled).Svg(ComputationText.Head(title, configuration)), Some(ScheduleChart.Svg))),
        ],
        "text: numbered lines; mermaid, dot or svg: a picture of the compiled expression.");
    private static readonly TypedOption<string> OutOption = OutFile.Option("loss.svg",
        "The file to write; by default, standard output.");

    private static readonly ImmutableArray<Subject> Subjects =
    [
        Subject.Of("loss", "loss", [], (forward, _, _) => Computation.Loss(forward)),
        Subject.Of("gradient", "gradient", [OfOption], (forward, of, _) => Computation.Gradient(forward, of)),
        Subject.Of("step", "step of training", [OfOption, .. SettingOptions.OfOptimizer], Computation.Step),
        Subject.Of("hvp", "Hessian times a direction v", [OfOption], (forward, of, _) => Computation.HessianVector(forward, of)),
        new("decode", "decoding step", [.. SettingOptions.OfModel], _ => true, request =>
            from model in UntrainedModel.Create(request.Run, request.Corpus)
            let gpt = new Gpt(model.Configuration)
            select request.Format.OfComputation(
                "decoding step", gpt.Configuration, Computation.Decode(new(gpt)), Computation.DecodeCompiled(gpt))),
        new("schedule", "schedule", [.. SettingOptions.Of("steps", "learning_rate", "schedule", "warmup")],
            format => format.OfSchedule.IsSome,
            request => request.Format.OfSchedule.Map(draw => draw(request.Run.Schedule)).ToValidation(NoFormat(request.Format))),
    ];

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        const string Description = "Shows the GPT as an expression, its gradient, a training step, or a schedule.";
        var command = new Command("show", Description) { WhatArgument }
            .With([
                .. Subjects.SelectMany(subject => subject.Takes).Distinct(), FormatOption, OutOption,
                OutputOptions.ForceFlag, HelpWithNotes.Option(Notes),
            ]);
        command.SetAction(parse => ExitCode.Conclude(Show(parse)));
        return command;
    }

    private static Validation<Problem, int> Show(ParseResult parse)
    {
        var (unknown, words) = UnknownArguments.Separate(parse, WhatArgument);
        var (given, format) = (SettingOptions.Read(parse), FormatOption.Parse(parse));
        var path = OutOption.ParseOptional(parse).Bind(written => OutFile.Check(
            parse, written, format.Map(chosen => chosen.File).IfFail(FileFormat.Text), CorpusSource.AsInput(given)));
        var request = (given.Validate(), CorpusSource.Read(given), OfOption.ParseOptional(parse), format)
            .Apply((run, corpus, of, form) => new Request(run, corpus, of, form));
        return (unknown, FindSubject(words).Bind(subject => CheckOptions(parse, subject, format)), request, path)
            .Apply((_, subject, requested, file) => subject.Draw(requested).Bind(text => Write(file, text)))
            .Flatten();
    }

    private static Validation<Problem, Subject> FindSubject(string[] words)
    {
        foreach (var subject in Subjects)
            if (words is [var word] && word == subject.Name) return subject;
        return new Problem(words switch
        {
            [] => $"show needs a subject; write {Names}.",
            [var word] => $"show knows no {word.Quote()}; it must be {Names}.",
            _ => $"show takes one subject and was given {words.Length}; write {Names}.",
        });
    }

    // The subject, or a problem for each option and the format that only other subjects have.
    private static Validation<Problem, Subject> CheckOptions(ParseResult parse, Subject subject, Validation<Problem, Format> format)
    {
        var problems = Subjects.SelectMany(other => other.Takes).Distinct().Except(subject.Takes)
            .Where(option => option.IsGiven(parse))
            .Select(option => new Problem($"{option.Name} means nothing to the {subject.Title}; leave it out."))
            .Concat(format.SuccessToSeq().Filter(chosen => !subject.IsDrawnIn(chosen)).Map(NoFormat)).ToSeq();
        return problems.IsEmpty ? subject : problems;
    }

    private static Validation<Problem, string> DrawComputation(
        Request request, string title, Func<ForwardPass, ImmutableArray<Parameter>, Optimizer, Computation> build) =>
        from model in UntrainedModel.Create(request.Run, request.Corpus)
        let gpt = new Gpt(model.Configuration)
        from parameters in FindParameters(gpt.Model, request.Of)
        let forward = ForwardPass.Of(gpt)
        select request.Format.OfComputation(
            title, gpt.Configuration, build(forward, parameters, request.Run.Optimizer),
            build(forward.Fuse(), parameters, request.Run.Optimizer).Fuse());

    private static string DrawText(TrainingSchedule schedule) => ScheduleChart.Text(
        schedule, Console.IsOutputRedirected ? RedirectedWidth : Tables.Console(Console.Out).Profile.Width);

    private static Problem NoFormat(Format format) =>
        new($"--format is {format.Name}, which draws graphs; for the schedule, it must be text or svg.");

    private static Validation<Problem, ImmutableArray<Parameter>> FindParameters(LanguageModel model, Option<string> of)
    {
        var names = model.Variables.Select(variable => variable.Name).ToArray();
        return of.Match(
            None: () => model.Variables,
            Some: name =>
                model.Variables.Where(variable => variable.Name == name).ToImmutableArray() is [_] found
                    ? Success<Problem, ImmutableArray<Parameter>>(found)
                    : new Problem($"There is no parameter {name.Quote()}; the nearest is {UnknownArguments.FindNearest(names, name)}, "
                        + $"and there are {string.Join(", ", names)}."));
    }

    private static Validation<Problem, int> Write(Option<string> path, string text) => path.Match(
        None: () =>
        {
            using var output = new StandardOutput();
            output.Line(text.TrimEnd('\n'));
            return ExitCode.Success;
        },
        Some: file => OutFile.Save(file, text).Match(
            Right: _ => ExitCode.Success,
            Left: problem => EarlyExit.IoError(problem).Report()));
}
