using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Study;
using MicroGpt.Text;
using static LanguageExt.Prelude;
using TextArgument = System.CommandLine.Argument<string[]>;
using TextOption = System.CommandLine.Option<string[]>;

namespace MicroGpt.Shell.Commands;

/// <summary>Shows the gradient of a formula: as an expression, step by step, path by path, and by other methods.</summary>
internal static class ExplainCommand
{
    private const string Notes =
        """
        Formulas:
          Numbers, names, + - * / ^, parentheses, and exp iszero log reciprocal
          relu sigmoid softplus sqrt step tanh. x / y is x * y^-1; x ÷ y is rounded
          once. A part that is used more than once may be given a name:
          "t = a*b; t*t + t".

        Examples:
          microgpt explain "a*b + a" --at a=2 --at b=3
          microgpt explain "log(1 + exp(-x))" --at x=0.5 --order 2
          microgpt explain "t = x*x; u = t*t; u*u" --at x=1

        """;

    private static readonly TextArgument FormulaArgument = new("formula")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "formula",
        Description = "The formula, in quotation marks.",
    };
    private static readonly TextOption AtOption = new("--at")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "name=value",
        Description = "The value of a name; one --at for each.",
    };
    private static readonly TypedOption<int> OrderOption = TypedOption.Choice("--order", [("1", 1), ("2", 2)],
        "1: the gradient; 2: also the Hessian, the gradient of the gradient.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("explain", "Shows where the gradient of a formula comes from.") { FormulaArgument }
            .With(AtOption, OrderOption, HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(Explain(parse)));
        return command;
    }

    private static Validation<Problem, Unit> Explain(ParseResult parse)
    {
        var (unknown, words) = UnknownArguments.Separate(parse, FormulaArgument);
        return (unknown, ParseFunction(words, parse), OrderOption.Parse(parse)).Apply((_, explanation, order) => Print(explanation, order));
    }

    private static Unit Print(Explanation explanation, int order)
    {
        using var output = new StandardOutput();
        output.Line(string.Join('\n', explanation.Lines(secondOrder: order == 2)));
        return unit;
    }

    private static Validation<Problem, Explanation> ParseFunction(string[] words, ParseResult parse)
    {
        var text = ParseText(words);
        return (text.Bind(given => Formula.Parse(given).ToValidation()), ParseValues(parse)).Apply(ScalarFunction.Of).Flatten()
            .Bind(function => text.Map(given => new Explanation(given, function)));
    }

    private static Validation<Problem, string> ParseText(string[] words) => words switch
    {
        [var text] => text,
        [] => new Problem("explain needs a formula; write one after it, such as explain \"a*b + a\" --at a=2 --at b=3."),
        _ => new Problem(
            $"explain takes one formula and was given {words.Length}, {string.Join(" and ", words.Select(word => word.Quote()))}; "
            + "put it in quotation marks."),
    };

    private static Validation<Problem, ImmutableArray<(string Name, double Value)>> ParseValues(ParseResult parse)
    {
        if (parse.GetResult(AtOption) is { Tokens: [] }) return new Problem("--at has no value; write one after it, such as --at a=2.");
        return (parse.GetValue(AtOption) ?? []).Select(ParseValue).Sequence().Map(values => values.ToImmutableArray());
    }

    private static Validation<Problem, (string Name, double Value)> ParseValue(string text) =>
        text.Split('=') is [var name, var value] && name.Trim() != ""
        ? NumberParser.ParseFinite($"--at {name.Trim()}", value.Trim()).Map(number => (name.Trim(), number))
        : new Problem($"--at is {text.Quote()}; write a name and its value, such as --at a=2.");
}
