using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using MicroGpt.Shell.Output;

namespace MicroGpt.Shell.Options;

/// <summary>Prints the version of the program, and nothing else.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <summary>The option --version.</summary>
    public static Option Option()
    {
        var option = TypedOption.Flag("--version", "Show the version.");
        option.Action = new VersionAction();
        return option;
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Version);
        return ExitCode.Success;
    }

    // A build may add its commit after a plus sign.
    private static string Version => typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];
}
