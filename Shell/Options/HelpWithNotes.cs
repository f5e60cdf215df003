using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MicroGpt.Shell.Options;

/// <summary>Prints the help that the command-line library generates, and notes after it.</summary>
internal sealed class HelpWithNotes(HelpAction generated, string notes) : SynchronousCommandLineAction
{
    /// <summary>The option --help of a command with these notes.</summary>
    public static HelpOption Option(string notes)
    {
        var option = new HelpOption { Description = "Show this help." };
        option.Action = new HelpWithNotes((HelpAction)option.Action!, notes);
        return option;
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = generated.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(notes);
        return exitCode;
    }
}
