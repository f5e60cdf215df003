using System.Text.RegularExpressions;

namespace MicroGpt.Facts;

/// <summary>The fast lane stays fast.</summary>
public partial class LaneFacts
{
    [Fact]
    public void Facts_that_run_the_program_are_slow() => Assert.Empty(
        from file in Repository.Files("tests/Facts")
        where file.Path.EndsWith("Facts.cs") && Runs().IsMatch(file.Text) && !file.Text.Contains("Trait(\"Speed\", \"Slow\")")
        select file.Path);

    [GeneratedRegex(@"\bfolder\.(Run|Execute|Start)\w*\(")]
    private static partial Regex Runs();
}
