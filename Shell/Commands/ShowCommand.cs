using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
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
using ParseResult = System.CommandLine.ParseResult;
using TextArgument = System.CommandLine.Argument<string[]>;

namespace MicroGpt.Shell.Commands;

/// <summary>Shows the GPT itself: its loss, its gradient, a step of training, the Hessian times a direction.</summary>
internal static class ShowCommand
{
    private const string Notes =
        """
        Subjects:
          loss       the loss, from the tokens on
          gradient   the gradient of the loss with respect to each parameter
          step       a step of training: the loss, and the update of parameters and slots
          hvp        the Hessian times a direction v

        Examples:
          microgpt show loss
          microgpt show gradient --of layer0.attn_wq
          microgpt show step --optimizer sgd --momentum 0.9
          microgpt show loss --format svg --out loss.svg

        """;

    /// <summary>A computation by its name on the command line. `TakesOf` tells whether it can be shown for one parameter, and
    /// `TakesOptimizer` whether it depends on an optimizer.</summary>
    private sealed record Subject(
        string Name, string Title, bool TakesOf, bool TakesOptimizer,
        Func<ForwardPass, ImmutableArray<Parameter>, Optimizer, Computation> Build);

    /// <summary>Formats a computation, as it is written and as it is compiled, under a title.</summary>
    private delegate string Formatter(string title, Configuration configuration, Computation written, Computation compiled);

    private sealed record Output(FileFormat File, Formatter Format);

    private static readonly ImmutableArray<Subject> Subjects =
    [
        new("loss", "loss", false, false, (forward, _, _) => Computation.Loss(forward)),
        new("gradient", "gradient", true, false, (forward, of, _) => Computation.Gradient(forward, of)),
        new("step", "step of training", true, true, Computation.Step),
        new("hvp", "Hessian times a direction v", true, false, (forward, of, _) => Computation.HessianVector(forward, of)),
    ];

    private static readonly TextArgument WhatArgument = new("what")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "what",
        Description = "loss, gradient, step or hvp.",
    };
    private static readonly TypedOption<string> OfOption = TypedOption.Text("--of", "parameter", "layer0.attn_wq",
        "The parameter of the gradient, step or Hessian; by default, all of them.");
    private static readonly TypedOption<Output> FormatOption = TypedOption.Choice<Output>("--format",
        [
            ("text", new(FileFormat.Text, ComputationText.Format)),
            ("mermaid", new(FileFormat.Text, (_, _, _, compiled) => Diagram.Of(compiled).Mermaid())),
            ("dot", new(FileFormat.Text, (_, _, _, compiled) => Diagram.Of(compiled).Dot())),
            ("svg", new(FileFormat.Svg, (title, configuration, _, compiled) =>
                Diagram.Of(compiled).Svg(ComputationText.Head(title, configuration)))),
        ],
        "text: numbered lines; mermaid, dot or svg: a picture of the compiled expression.");
    private static readonly TypedOption<string> OutOption = OutFile.Option("loss.svg",
        "The file to write; by default, standard output.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        const string Description = "Shows the GPT as an expression, and its gradient, as written and as compiled.";
        var command = new Command("show", Description) { WhatArgument }
            .With([
                .. SettingOptions.OfModel, OfOption, .. SettingOptions.OfOptimizer, FormatOption, OutOption, OutputOptions.ForceFlag,
                HelpWithNotes.Option(Notes),
            ]);
        command.SetAction(parse => ExitCode.Conclude(Show(parse)));
        return command;
    }

    private static Validation<Problem, int> Show(ParseResult parse)
    {
        var (unknown, words) = UnknownArguments.Separate(parse, WhatArgument);
        var subject = ParseSubject(words);
        var parameter = OfOption.ParseOptional(parse).Bind(of => CheckOf(subject, of));
        var (given, format) = (SettingOptions.Read(parse), FormatOption.Parse(parse));
        var path = OutOption.ParseOptional(parse).Bind(written => OutFile.Check(
            parse, written, format.Map(chosen => chosen.File).IfFail(FileFormat.Text), CorpusSource.AsInput(given)));
        var optimizer = CheckOptimizer(parse, subject);
        return (subject, CorpusSource.Read(given), given.Validate(), parameter, format, path, unknown.Bind(_ => optimizer))
            .Apply((chosen, documents, run, of, written, file, _) =>
                from model in UntrainedModel.Create(run, documents)
                from text in Format(chosen, new(model.Configuration), of, run.Optimizer, written.Format)
                from code in Write(file, text)
                select code)
            .Flatten();
    }

    private static Validation<Problem, Subject> ParseSubject(string[] words)
    {
        foreach (var subject in Subjects)
            if (words is [var word] && word == subject.Name) return subject;
        return new Problem(words switch
        {
            [] => "show needs a subject; write loss, gradient, step or hvp.",
            [var word] => $"show knows no {word.Quote()}; it must be loss, gradient, step or hvp.",
            _ => $"show takes one subject and was given {words.Length}; write loss, gradient, step or hvp.",
        });
    }

    private static Validation<Problem, Option<string>> CheckOf(Validation<Problem, Subject> subject, Option<string> of) =>
        of.IsSome && subject.Exists(chosen => !chosen.TakesOf) ? new Problem("--of means nothing to the loss; leave it out.") : of;

    private static Validation<Problem, Unit> CheckOptimizer(ParseResult parse, Validation<Problem, Subject> subject) =>
        SettingOptions.OfOptimizer.Any(option => option.IsGiven(parse)) && subject.Exists(chosen => !chosen.TakesOptimizer)
            ? new Problem("Only a step has an optimizer; leave out --optimizer and its options, or write show step.")
            : unit;

    private static Validation<Problem, string> Format(
        Subject subject, Gpt gpt, Option<string> of, Optimizer optimizer, Formatter format)
    {
        var forward = ForwardPass.Of(gpt);
        return FindParameters(gpt.Model, of).Map(parameters => format(
            subject.Title, gpt.Configuration, subject.Build(forward, parameters, optimizer),
            subject.Build(forward.Fuse(), parameters, optimizer).Fuse()));
    }

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
