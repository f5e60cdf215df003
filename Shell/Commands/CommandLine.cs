using System.CommandLine;
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
        ];
        foreach (var command in commands) root.Add(command);
        TrainCommand.Configure(root);
        root.Add(VersionAction.Option());
        return root;
    }
}
