using System.CommandLine;
using System.CommandLine.Parsing;
using LanguageExt;
using MicroGpt.Text;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Options;

/// <summary>What a command line holds that the command does not know.</summary>
internal static class Unknown
{
    /// <summary>Nothing, or a problem for each.</summary>
    public static Validation<Problem, Unit> In(ParseResult parse) => In(parse, []);

    /// <summary>The same, and the words that an argument was given. What begins like an option is meant as one, unless it stands alone.</summary>
    public static (Validation<Problem, Unit> Unknown, string[] Words) In(ParseResult parse, Argument<string[]> argument)
    {
        var words = parse.GetValue(argument) ?? [];
        var options = words.Length > 1 ? words.Where(word => word.StartsWith("--")).ToArray() : [];
        return (In(parse, options), [.. words.Where(word => !options.Contains(word))]);
    }

    private static Validation<Problem, Unit> In(ParseResult parse, string[] others)
    {
        var command = parse.CommandResult.Command;
        var known = command.Options.Select(option => option.Name).ToArray();
        var problems = Problems(command, known, Hint(command), [.. parse.UnmatchedTokens, .. others]).Concat(Misplaced(parse)).ToArray();
        return problems is [] ? unit : problems.ToSeq();
    }

    private static string Hint(Command command) =>
        command.Options.Any(option => option.Name == "--data") ? "to learn from a file, write --data before it" : "leave it out";

    private static IEnumerable<Problem> Problems(Command command, string[] known, string hint, IEnumerable<string> unknown)
    {
        var mayBeValue = false; // of the unknown option before it
        foreach (var argument in unknown)
        {
            if (argument.StartsWith('-') && !known.Contains(argument))
            {
                var name = argument.Split('=')[0];
                yield return new($"There is no option {name}; {(Near(known, name) is { } near ? $"the nearest is {near}, and " : "")}--help lists them all.");
            }
            else if (!mayBeValue)
            {
                var commands = command.Subcommands.Select(other => other.Name).ToArray();
                if (Near(commands, argument) is { } nearest)
                {
                    yield return new($"There is no command {argument.Quote()}; the nearest is {nearest}, and --help lists them all.");
                    yield break; // what follows is meant for that command
                }
                yield return new($"The argument {argument.Quote()} belongs to no option; {hint}.");
            }
            mayBeValue = argument.StartsWith('-') && !argument.Contains('=');
        }
    }

    // Options that stand before the name of the command, and mean nothing to it.
    private static IEnumerable<Problem> Misplaced(ParseResult parse) =>
        from given in parse.RootCommandResult.Children.OfType<OptionResult>()
        let command = parse.CommandResult.Command
        where !given.Implicit && !command.Options.Contains(given.Option)
        select new Problem($"{given.Option.Name} means nothing to {command.Name}; leave it out.");

    // The nearest name, if it may have been meant.
    private static string? Near(string[] names, string name) =>
        names.Length > 0 && Nearest(names, name) is var nearest && EditDistance.Between(nearest, name) <= nearest.Length / 2 ? nearest : null;

    /// <summary>The name that takes the fewest insertions, deletions and replacements of characters.</summary>
    public static string Nearest(string[] names, string name) => names.MinBy(other => EditDistance.Between(other, name))!;
}
