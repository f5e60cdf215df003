using System.CommandLine;
using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Text;
using CommandOption = System.CommandLine.Option;
using TextOption = System.CommandLine.Option<string[]>;

namespace MicroGpt.Shell.Options;

/// <summary>
/// An option with one value. The library that parses the command line accepts any number of texts for it; the methods here check the
/// number and the text, so that all problems of a command line are reported at once, each in a sentence.
/// </summary>
internal sealed class TypedOption<A> : TextOption
{
    private readonly string example;
    private readonly Func<string, string, Validation<Problem, A>> read;

    /// <summary>An option.</summary>
    /// <param name="name">The name, with its dashes.</param>
    /// <param name="value">The kind of value, as help shows it.</param>
    /// <param name="example">The default if there is one, and an example for problems.</param>
    /// <param name="hasDefault">True if the example is the default.</param>
    /// <param name="description">The line of help.</param>
    /// <param name="read">The parser of a value. Its arguments are the option's name, for problems, and the text.</param>
    public TypedOption(
        string name, string value, string example, bool hasDefault, string description, Func<string, string, Validation<Problem, A>> read)
        : base(name)
    {
        (this.example, this.read, Arity, HelpName, Description) = (example, read, ArgumentArity.ZeroOrMore, value, description);
        if (hasDefault) DefaultValueFactory = _ => [example];
    }

    /// <summary>The value on a command line, else the default.</summary>
    public Validation<Problem, A> Parse(ParseResult parse) => parse.GetResult(this) switch
    {
        null or { Implicit: true } => read(Name, example),
        { Tokens: [] } => new Problem($"{Name} has no value; write one after it, such as {Name} {example}{JoinedValue}."),
        { IdentifierTokenCount: > 1 and var times } => new Problem($"{Name} is given {times} times; give it once."),
        { Tokens: [var token, ..] } => read(Name, token.Value),
    };

    /// <summary>The value on a command line, else a problem.</summary>
    public Validation<Problem, A> ParseRequired(ParseResult parse) =>
        this.IsGiven(parse) ? Parse(parse) : new Problem($"{Name} is missing; write {Name} {example}.");

    /// <summary>The value on a command line, else none.</summary>
    public Validation<Problem, LanguageExt.Option<A>> ParseOptional(ParseResult parse) =>
        this.IsGiven(parse) ? Parse(parse).Map(LanguageExt.Option<A>.Some) : LanguageExt.Option<A>.None;

    // A number or a path rarely begins with a dash.
    private string JoinedValue => HelpName == TypedOption.AnyText ? $", or {Name}=--x for one that begins with a dash" : "";
}

/// <summary>Options by the type of their value.</summary>
internal static class TypedOption
{
    /// <summary>A whole number of at least `least`, with a default.</summary>
    public static TypedOption<int> Count(string name, int standard, int least, string description) =>
        WithDefault(name, "n", $"{standard}", description, (option, text) => NumberParser.ParseCount(least, option, text));

    /// <summary>The temperature of sampling, with its default.</summary>
    public static TypedOption<Temperature> Temperature(string description) =>
        WithDefault("--temperature", "x", "0.5", description, (name, text) =>
            NumberParser.Parse(MicroGpt.Generation.Temperature.Create, name, text));

    /// <summary>One of a few named values. The first is the default.</summary>
    public static TypedOption<A> Choice<A>(string name, (string Name, A Value)[] choices, string description) =>
        WithDefault(name, "name", choices[0].Name, description, (option, text) => Choose(choices, option, text));

    /// <summary>One of a few named values, without a default. The first is the example.</summary>
    public static TypedOption<A> OptionalChoice<A>(string name, (string Name, A Value)[] choices, string description) =>
        Optional<A>(name, "name", choices[0].Name, description, (option, text) => Choose(choices, option, text));

    /// <summary>A value without a default.</summary>
    public static TypedOption<A> Optional<A>(
        string name, string value, string example, string description, Func<string, string, Validation<Problem, A>> read) =>
        new(name, value, example, hasDefault: false, description, read);

    /// <summary>The kind of value that help shows for a text of any characters.</summary>
    public const string AnyText = "text";

    /// <summary>A text without a default.</summary>
    public static TypedOption<string> Text(string name, string value, string example, string description) =>
        Optional<string>(name, value, example, description, (_, text) => text);

    /// <summary>The path of a file, without a default.</summary>
    public static TypedOption<string> File(string name, string example, string description) =>
        Optional<string>(name, "file", example, description, (option, text) =>
            text != "" ? text : new Problem($"{option} is an empty path; write that of a file, such as {option} {example}."));

    /// <summary>An option without a value: it is given or not.</summary>
    public static System.CommandLine.Option<bool> Flag(string name, string description) =>
        new(name) { Arity = ArgumentArity.Zero, Description = description };

    /// <summary>True if a command line has the option.</summary>
    public static bool IsGiven(this CommandOption option, ParseResult parse) => parse.GetResult(option) is { Implicit: false };

    /// <summary>Adds options to a command, in the order that help lists them.</summary>
    public static Command With(this Command command, params IEnumerable<CommandOption> options)
    {
        foreach (var option in options) command.Add(option);
        return command;
    }

    private static TypedOption<A> WithDefault<A>(
        string name, string value, string standard, string description, Func<string, string, Validation<Problem, A>> read) =>
        new(name, value, standard, hasDefault: true, description, read);

    private static Validation<Problem, A> Choose<A>((string Name, A Value)[] choices, string option, string text)
    {
        foreach (var choice in choices)
            if (choice.Name == text) return choice.Value;
        var names = choices.Select(choice => choice.Name).ToArray();
        return new Problem($"{option} is {text.Quote()}; it must be {string.Join(", ", names[..^1])} or {names[^1]}.");
    }
}
