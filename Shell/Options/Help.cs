using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MicroGpt.Shell.Options;

/// <summary>The usual help, and notes under it.</summary>
internal sealed class Help(HelpAction usual, string notes) : SynchronousCommandLineAction
{
    /// <summary>The option --help with notes.</summary>
    public static HelpOption Option(string notes)
    {
        var option = new HelpOption { Description = "Show this." };
        option.Action = new Help((HelpAction)option.Action!, notes);
        return option;
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(notes);
        return result;
    }
}
