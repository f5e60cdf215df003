using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MicroGpt.Shell.Options;

namespace MicroGpt.Shell.Commands;

/// <summary>The command line of the program.</summary>
internal static class CommandLine
{
    /// <summary>The root command, which trains, and the named commands.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Trains a GPT on a list of names, and lets it invent new ones.");
        root.Options.Clear(); // the library's --help and --version
        Command[] commands =
        [
            TrainCommand.Create(), SampleCommand.Create(), ScoreCommand.Create(), InspectCommand.Create(), ReportCommand.Create(),
            ExplainCommand.Create(), ShowCommand.Create(), GradCheckCommand.Create(), BenchCommand.Create(),
            ExportCommand.Create(),
        ];
        foreach (var command in commands) root.Add(command);
        TrainCommand.Configure(root);
        root.Add(VersionAction.Option());
        return root;
    }

    /// <summary>
    /// The action of a command line: that of --help or --version, else that of the command, which reports problems with the command line
    /// in its own words, not in the library's. After an option that needs a value, --help is no request for help: the value is missing.
    /// </summary>
    public static SynchronousCommandLineAction ActionOf(ParseResult parse)
    {
        var (action, command) = (parse.Action, parse.CommandResult.Command);
        var isOfCommand = action == command.Action || action is ParseErrorAction || StandsForValue();
        return (SynchronousCommandLineAction)(isOfCommand ? command.Action : action)!;

        bool StandsForValue() => parse.Tokens.Zip(parse.Tokens.Skip(1)).Any(pair => pair is var (option, next)
            && Find(option) is { Arity.MaximumNumberOfValues: > 0 } && Find(next) is { Action: { } found } && found == action);

        Option? Find(Token token) => token.Type != TokenType.Option ? null
            : command.Options.FirstOrDefault(option => option.Name == token.Value || option.Aliases.Contains(token.Value));
    }
}
