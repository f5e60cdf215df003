using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Study;
using MicroGpt.Text;
using static LanguageExt.Prelude;
using ArgumentArity = System.CommandLine.ArgumentArity;
using Command = System.CommandLine.Command;
using CommandOption = System.CommandLine.Option;
using TextArgument = System.CommandLine.Argument<string[]>;

namespace MicroGpt.Shell.Commands;

/// <summary>Shows the GPT itself: its loss, its gradient, a step of training, the Hessian times a direction.</summary>
internal static class ShowCommand
{
    private const double LearningRate = 0.01;

    private const string Notes =
        """
        What:
          loss       the loss, from the tokens on
          gradient   the gradient of the loss with respect to each parameter
          step       the first step of training: the loss, and Adam's update
          hvp        the Hessian times a direction v

        Examples:
          microgpt show loss
          microgpt show gradient --of layer0.attn_wq
          microgpt show loss --format svg --out loss.svg

        """;

    /// <summary>Something to see, and whether it can be seen of one parameter.</summary>
    private sealed record Sight(string Name, string Title, bool TakesOf, Func<ForwardPass, ImmutableArray<Variable>, Computation> Of);

    /// <summary>A way to show a subject by its title, as it is written and as it is compiled.</summary>
    private delegate string Presentation(string title, Configuration configuration, Computation written, Computation compiled);

    private static readonly ImmutableArray<Sight> Sights =
    [
        new("loss", "loss", false, (forward, _) => Computation.Loss(forward)),
        new("gradient", "gradient", true, Computation.Gradient),
        new("step", "first step of training", true, (forward, of) => Computation.Step(forward, of, LearningRate)),
        new("hvp", "Hessian times a direction v", true, Computation.HessianVector),
    ];

    private static readonly TextArgument WhatArgument = new("what")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "what",
        Description = "loss, gradient, step or hvp.",
    };
    private static readonly TypedOption<string> Of = TypedOption.Text("--of", "parameter", "layer0.attn_wq", "The parameter to show it for; all of them, unless told.");
    private static readonly TypedOption<Presentation> Format = TypedOption.Choice<Presentation>("--format",
        [
            ("text", ExpressionListing.Text),
            ("mermaid", (_, _, _, compiled) => Diagram.Of(compiled).Mermaid()),
            ("dot", (_, _, _, compiled) => Diagram.Of(compiled).Dot()),
            ("svg", (title, configuration, _, compiled) => Diagram.Of(compiled).Svg(ExpressionListing.Head(title, configuration))),
        ],
        "text: numbered lines; mermaid, dot or svg: a picture of what compilation makes of it.");
    private static readonly TypedOption<string> Out = TypedOption.File("--out", "loss.svg", "The file to write to; standard output, unless told.");

    /// <summary>The command with its options.</summary>
    public static Command Command()
    {
        var command = new Command("show", "Shows the GPT as an expression, its gradient, and what compilation makes of them.") { WhatArgument };
        foreach (var option in (CommandOption[])[.. ModelOptions.All, Of.Option, Format.Option, Out.Option, Help.Option(Notes)]) command.Add(option);
        command.SetAction(parse =>
        {
            var (unknown, words) = Unknown.In(parse, WhatArgument);
            var sight = What(words);
            var parameter = Of.IfGivenIn(parse).Bind(of => Fits(sight, of));
            return (unknown, sight, ModelOptions.In(parse), parameter, Format.In(parse), ModelOptions.Apart(Out, parse))
                .Apply((_, chosen, model, of, format, path) => model.Begin()
                    .Bind(beginning => Seen(chosen, new(beginning.Parameters.Configuration), of, format))
                    .Bind(text => Write(path, text)))
                .Bind(identity)
                .Match(Succ: _ => ExitCode.Success, Fail: problems => ExitCode.Of(problems));
        });
        return command;
    }

    private static Validation<Problem, Sight> What(string[] words)
    {
        foreach (var sight in Sights)
            if (words is [var word] && word == sight.Name) return sight;
        return new Problem(words switch
        {
            [] => "show needs to be told what: loss, gradient, step or hvp.",
            [var word] => $"show knows no {word.Quote()}; it must be loss, gradient, step or hvp.",
            _ => $"show takes one thing and was given {words.Length}; write loss, gradient, step or hvp.",
        });
    }

    private static Validation<Problem, Option<string>> Fits(Validation<Problem, Sight> sight, Option<string> of) =>
        of.IsSome && sight.Exists(chosen => !chosen.TakesOf) ? new Problem("--of means nothing to the loss; leave it out.") : of;

    private static Validation<Problem, string> Seen(Sight sight, Gpt gpt, Option<string> of, Presentation format)
    {
        var forward = ForwardPass.Of(gpt);
        return Parameters(gpt, of).Map(parameters => format(
            sight.Title, gpt.Configuration, sight.Of(forward, parameters), sight.Of(forward.Fuse(), parameters).Fuse()));
    }

    private static Validation<Problem, ImmutableArray<Variable>> Parameters(Gpt gpt, Option<string> of)
    {
        var names = gpt.Variables.Select(variable => variable.Name).ToArray();
        return of.Match(
            None: () => gpt.Variables,
            Some: name =>
                gpt.Variables.Where(variable => variable.Name == name).ToImmutableArray() is [_] found
                    ? Validation<Problem, ImmutableArray<Variable>>.Success(found)
                    : new Problem($"There is no parameter {name.Quote()}; the nearest is {Unknown.Nearest(names, name)}, "
                        + $"and there are {string.Join(", ", names)}."));
    }

    private static Validation<Problem, Unit> Write(Option<string> path, string text) => path.Match(
        None: () =>
        {
            using var output = new StandardOutput();
            output.Line(text.TrimEnd('\n'));
            return unit;
        },
        Some: file => Write(file, text));

    private static Validation<Problem, Unit> Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
            return unit;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return new Problem($"{path} cannot be written: {IoErrors.Reason(path, e)}; name a file that can be.");
        }
    }
}
