namespace MicroGpt.Properties;

/// <summary>The score of mutants that were made by machine, and the complaints about survivors.</summary>
public class MachineMadeMutantProperties
{
    private const string Report = """
        { "files": { "/home/Core/Text/A.cs": { "source": "var x = a +\n  b;\nvar y = c;", "mutants": [
            { "status": "Survived", "replacement": "a -\n  b", "location":
              { "start": { "line": 1, "column": 9 }, "end": { "line": 2, "column": 4 } } },
            { "status": "NoCoverage", "replacement": "-c", "location":
              { "start": { "line": 3, "column": 9 }, "end": { "line": 3, "column": 10 } } },
            { "status": "Killed", "replacement": "d", "location":
              { "start": { "line": 3, "column": 9 }, "end": { "line": 3, "column": 10 } } },
            { "status": "CompileError", "replacement": "e", "location":
              { "start": { "line": 3, "column": 9 }, "end": { "line": 3, "column": 10 } } } ] } } }
        """;

    private const string First = "Text/A.cs: a + b -> a - b", Second = "Text/A.cs: c -> -c";

    [Fact]
    public void A_survivor_needs_a_reason() => Assert.Equal<string>(
        [$"survives without a reason: {First}", $"survives without a reason: {Second}"],
        MachineMadeMutant.Judge(MachineMadeMutant.Read(Report), ["A heading."]).Complaints);

    [Fact]
    public void A_reason_needs_a_survivor() => Assert.Equal<string>(
        ["is killed, and has a reason: Text/A.cs: c -> d"],
        MachineMadeMutant.Judge(
            MachineMadeMutant.Read(Report), [$"{First} | why", $"{Second} | why", "Text/A.cs: c -> d | why", "Text/B.cs: x -> y | why"])
            .Complaints);

    [Fact]
    public void The_score_counts_the_mutants_that_compile() => Assert.Equal(
        "1 of 3 mutants were killed, 33.3 %. 1 survivors have a reason.",
        MachineMadeMutant.Judge(MachineMadeMutant.Read(Report), [$"{First} | why"]).Score);
}
