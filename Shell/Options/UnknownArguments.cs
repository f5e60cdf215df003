using System.CommandLine;
using System.CommandLine.Parsing;
using LanguageExt;
using MicroGpt.Text;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Options;

/// <summary>Arguments of a command line that its command does not have.</summary>
internal static class UnknownArguments
{
    /// <summary>A problem for each unknown argument of a command that takes options only.</summary>
    public static Validation<Problem, Unit> Check(ParseResult parse) => Check(parse, []);

    /// <summary>
    /// A problem for each unknown argument of a command that takes words, and the words. Of several words, those that start with two
    /// dashes are unknown options, unless the argument -- stands before them.
    /// </summary>
    public static (Validation<Problem, Unit> Check, string[] Words) Separate(ParseResult parse, Argument<string[]> argument)
    {
        var words = parse.GetValue(argument) ?? [];
        var (open, literal) = SplitAtDashes(parse, words);
        var options = words.Length > 1 ? open.Where(word => word.StartsWith("--")).ToArray() : [];
        return (Check(parse, options), [.. open.Where(word => !options.Contains(word)), .. literal]);
    }

    /// <summary>The name with the smallest edit distance from `name`.</summary>
    public static string FindNearest(string[] names, string name) => names.MinBy(other => EditDistance.Between(other, name))!;

    private static Validation<Problem, Unit> Check(ParseResult parse, string[] others)
    {
        var command = parse.CommandResult.Command;
        var known = command.Options.Select(option => option.Name).ToArray();
        var (open, literal) = SplitAtDashes(parse, [.. parse.UnmatchedTokens]);
        var unknown = Problems(command, known, HintFor(command), [.. open, .. others]);
        var problems = unknown.Concat(literal.Select(text => Unneeded(text, HintFor(command)))).Concat(MisplacedOptions(parse)).ToArray();
        return problems is [] ? unit : problems.ToSeq();
    }

    // The words before the argument --, which ends the options, and those after it. Words after it are never options.
    private static (string[] Open, string[] Literal) SplitAtDashes(ParseResult parse, string[] words)
    {
        var after = parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        var literal = Math.Min(after, words.Length);
        return (words[..^literal], words[^literal..]);
    }

    private static Problem Unneeded(string argument, string hint) => new($"The argument {argument.Quote()} belongs to no option; {hint}.");

    private static string HintFor(Command command) =>
        command.Options.Any(option => option.Name == "--data") ? "to learn from a file, write --data before it" : "leave it out";

    private static IEnumerable<Problem> Problems(Command command, string[] known, string hint, IEnumerable<string> unknown)
    {
        var mayBeValue = false; // of the unknown option before it
        foreach (var argument in unknown)
        {
            if (argument.StartsWith('-') && !known.Contains(argument))
            {
                var name = argument.Split('=')[0];
                var nearest = FindSimilar(known, name) is { } similar ? $"the nearest is {similar}, and " : "";
                yield return new($"There is no option {name}; {nearest}--help lists them all.");
            }
            else if (!mayBeValue)
            {
                var commands = command.Subcommands.Select(other => other.Name).ToArray();
                if (FindSimilar(commands, argument) is { } nearest)
                {
                    yield return new($"There is no command {argument.Quote()}; the nearest is {nearest}, and --help lists them all.");
                    yield break; // the arguments after it are meant for that command
                }
                yield return Unneeded(argument, hint);
            }
            mayBeValue = argument.StartsWith('-') && !argument.Contains('=');
        }
    }

    // Options of the root command, written before the name of a command that does not have them.
    private static IEnumerable<Problem> MisplacedOptions(ParseResult parse) =>
        from given in parse.RootCommandResult.Children.OfType<OptionResult>()
        let command = parse.CommandResult.Command
        where !given.Implicit && !command.Options.Contains(given.Option)
        select new Problem($"{given.Option.Name} means nothing to {command.Name}; leave it out.");

    // The nearest name, unless half of its characters or more differ.
    private static string? FindSimilar(string[] names, string name) =>
        names.Length > 0 && FindNearest(names, name) is var nearest && EditDistance.Between(nearest, name) <= nearest.Length / 2
            ? nearest
            : null;
}
