using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroGpt.Facts;

/// <summary>The scripts of .ci.</summary>
public partial class ScriptFacts
{
    private static readonly string[] OfTheSdk = ["build", "format", "pack", "publish", "run", "test", "tool"];

    [Fact]
    public void A_tool_that_a_script_runs_is_in_the_manifest()
    {
        var manifest = JsonDocument.Parse(Repository.Read(".config/dotnet-tools.json")).RootElement.GetProperty("tools");
        var tools =
            from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, ".ci"))
            from Match command in Command().Matches(File.ReadAllText(path))
            select command.Groups[1].Value;
        Assert.Contains("docfx", tools);
        var installed = manifest.EnumerateObject().SelectMany(tool => tool.Value.GetProperty("commands").Strings());
        Assert.Empty(tools.Except(OfTheSdk).Except(installed.Select(command => command.Replace("dotnet-", ""))));
    }

    [GeneratedRegex(@"^\s*(?:time )?dotnet ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Command();
}
