using System.CommandLine;
using System.Numerics;
using LanguageExt;
using MicroGpt.Text;
using static System.FormattableString;
using TextOption = System.CommandLine.Option<string[]>;

namespace MicroGpt.Shell.Options;

/// <summary>An option that takes one value. Its text is read when it is asked for, so that all that is wrong can be told at once.</summary>
internal sealed class TypedOption<A>(TextOption option, string example, Func<string, string, Validation<Problem, A>> read)
{
    /// <summary>As the command line knows it.</summary>
    public TextOption Option => option;

    /// <summary>Its value on a command line, or what is wrong with it; the example, where it is not given.</summary>
    public Validation<Problem, A> In(ParseResult parse) => parse.GetResult(option) switch
    {
        null or { Implicit: true } => read(option.Name, example),
        { Tokens: [] } => new Problem($"{option.Name} has no value; write one after it, such as {option.Name} {example}."),
        { IdentifierTokenCount: > 1 and var times } => new Problem($"{option.Name} is given {times} times; give it once."),
        { Tokens: [var token, ..] } => read(option.Name, token.Value),
    };

    /// <summary>Its value, or a problem where it is not given.</summary>
    public Validation<Problem, A> RequiredIn(ParseResult parse) =>
        parse.GetResult(option) is null ? new Problem($"{option.Name} is missing; write {option.Name} {example}.") : In(parse);

    /// <summary>Its value, or none where it is not given.</summary>
    public Validation<Problem, LanguageExt.Option<A>> IfGivenIn(ParseResult parse) =>
        parse.GetResult(option) is null ? LanguageExt.Option<A>.None : In(parse).Map(LanguageExt.Option<A>.Some);
}

/// <summary>The kinds of settings there are.</summary>
internal static class TypedOption
{
    /// <summary>A whole number that is not below the least.</summary>
    public static TypedOption<int> Count(string option, int standard, int least, string description) =>
        Of(option, "n", $"{standard}", description, (name, text) => NumberParser.Count(least, name, text));

    /// <summary>A whole number of any size, 0 or more.</summary>
    public static TypedOption<BigInteger> Natural(string option, int standard, string description) =>
        Of(option, "n", $"{standard}", description, (name, text) => NumberParser.Whole(0, name, text));

    /// <summary>A number above 0.</summary>
    public static TypedOption<double> Positive(string option, double standard, string description) =>
        Of(option, "x", Invariant($"{standard}"), description, NumberParser.Positive);

    /// <summary>A share of something that is not all of it.</summary>
    public static TypedOption<double> Share(string option, double standard, string description) =>
        Of(option, "x", Invariant($"{standard}"), description, NumberParser.Share);

    /// <summary>One of a few things that have names, the first unless told otherwise.</summary>
    public static TypedOption<A> Choice<A>(string option, (string Name, A Value)[] choices, string description) =>
        Of(option, "name", choices[0].Name, description, (name, text) => Choose(choices, name, text));

    /// <summary>What is only asked for where it is told, with an example of it.</summary>
    public static TypedOption<A> Optional<A>(
        string option, string value, string example, string description, Func<string, string, Validation<Problem, A>> read) =>
        new(Described(option, value, description), example, read);

    /// <summary>What is so if it is told, and else not.</summary>
    public static System.CommandLine.Option<bool> Flag(string option, string description) => new(option) { Arity = ArgumentArity.Zero, Description = description };

    /// <summary>A text; there is none unless told.</summary>
    public static TypedOption<string> Text(string option, string value, string example, string description) =>
        new(Described(option, value, description), example, (_, text) => text);

    /// <summary>The path of a file; there is none unless told.</summary>
    public static TypedOption<string> File(string option, string example, string description) =>
        Optional<string>(option, "file", example, description, (name, text) =>
            text != "" ? text : new Problem($"{name} is an empty path; write that of a file, such as {name} {example}."));

    private static TypedOption<A> Of<A>(
        string option, string value, string standard, string description, Func<string, string, Validation<Problem, A>> read)
    {
        var described = Described(option, value, description);
        described.DefaultValueFactory = _ => [standard];
        return new(described, standard, read);
    }

    // Every count of values is let through here, for a Setting has its own words for those that are wrong.
    private static TextOption Described(string option, string value, string description) =>
        new(option) { Arity = ArgumentArity.ZeroOrMore, HelpName = value, Description = description };

    private static Validation<Problem, A> Choose<A>((string Name, A Value)[] choices, string name, string text)
    {
        foreach (var choice in choices)
            if (choice.Name == text) return choice.Value;
        return new Problem($"{name} is {text.Quote()}; it must be {string.Join(" or ", choices.Select(choice => choice.Name))}.");
    }
}
