using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The score of mutants that were made by machine, and the complaints about survivors.</summary>
public class MachineMadeMutantProperties
{
    private const string Report = """
        { "files": { "/home/Core/Text/A.cs": { "source": "var x = a +\n  b;\nvar y = c;", "mutants": [
            { "id": "4", "status": "Survived", "replacement": "a -\n  b", "location":
              { "start": { "line": 1, "column": 9 }, "end": { "line": 2, "column": 4 } } },
            { "id": "5", "status": "NoCoverage", "replacement": "-c", "location":
              { "start": { "line": 3, "column": 9 }, "end": { "line": 3, "column": 10 } } },
            { "id": "6", "status": "Killed", "replacement": "c | d", "location":
              { "start": { "line": 3, "column": 9 }, "end": { "line": 3, "column": 10 } } },
            { "id": "7", "status": "CompileError", "replacement": "e", "location":
              { "start": { "line": 3, "column": 9 }, "end": { "line": 3, "column": 10 } } } ] } } }
        """;

    private const string First = "Text/A.cs: a + b -> a - b", Second = "Text/A.cs: c -> -c", Third = "Text/A.cs: c -> c | d";

    /// <summary>The only test that Stryker itself runs: `.ci/mutants` needs the Core that Stryker put in the place of this one.</summary>
    [Fact]
    public void The_Core_under_test_can_be_copied()
    {
        Assert.Equal("add", new Add().Name); // If a run reaches no mutant, Stryker mistrusts its own coverage, and tests all of them.
        var core = typeof(Problem).Assembly.Location;
        var copy = Environment.GetEnvironmentVariable("MICROGPT_MUTATED") ?? Path.GetTempFileName();
        File.Copy(core, copy, overwrite: true);
        Assert.Equal(File.ReadAllBytes(core), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Mutants_that_compile_are_read_from_a_report() => Assert.Equal<MachineMadeMutant>(
        [new(4, First), new(5, Second), new(6, Third)], MachineMadeMutant.Read(Report));

    [Fact]
    public void A_survivor_needs_a_reason() => Assert.Equal<string>(
        [$"survives without a reason: {First}", $"survives without a reason: {Second}"], Judge("A heading.").Complaints);

    [Fact]
    public void A_reason_needs_a_survivor() => Assert.Equal<string>(
        [$"is killed, and has a reason: {Third}"],
        Judge($"{First} | why", $"{Second} | why", $"{Third} | why", "Text/B.cs: x -> y | why").Complaints);

    [Fact]
    public void The_score_counts_each_fate() => Assert.Equal(
        "1 of 3 mutants were killed, 33.3 %: 1 by a failure, 0 by running out of time or stack. 1 survived, 1 were reached by no test; "
            + "1 of them have a reason.",
        Judge($"{First} | why").Score);

    private static (string Score, ImmutableArray<string> Complaints) Judge(params string[] reasons) =>
        MachineMadeMutant.Judge([(new(4, First), Fate.Survived), (new(5, Second), Fate.Unreached), (new(6, Third), Fate.Killed)], reasons);
}
