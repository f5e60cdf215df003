using MicroGpt.Autograd;
using PublicApiGenerator;

namespace MicroGpt.Facts;

/// <summary>The public surface of Core, as text. A change of it is a change that a reviewer sees.</summary>
public class PublicApiFacts
{
    private const string Recorded = "Core/PublicApi.txt", Renewal = "MICROGPT_RENEW";

    [Fact]
    public void The_public_surface_of_Core_is_the_recorded_one()
    {
        var path = Path.Combine(Repository.Root, Recorded);
        var found = typeof(Expr).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable(Renewal) == "1") File.WriteAllText(path, $"{found}\n");
        var recorded = File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd();
        Assert.True(recorded == found.TrimEnd(), $"{Recorded} is no longer Core's public surface; the first difference is\n"
            + $"{Difference(recorded, found)}\nIf it is meant: `{Renewal}=1 dotnet test tests/Facts --filter PublicApiFacts`, "
            + "and a line in CHANGELOG.md.");
    }

    private static string Difference(string recorded, string found) => recorded.Split('\n')
        .Zip(found.Split('\n'), (before, now) => (before, now)).Where(lines => lines.before != lines.now)
        .Select(lines => $"- {lines.before}\n+ {lines.now}").FirstOrDefault("at the end");
}
