using System.Globalization;
using System.Reflection;
using MicroGpt.Properties;

namespace MicroGpt.Facts.Guide;

/// <summary>The table of claims names every suite of laws once, with the number of its cases.</summary>
public class ClaimsFacts
{
    private static readonly ILookup<string, int> CasesOf = (
        from type in typeof(LawAttribute).Assembly.GetTypes()
        from method in type.GetMethods()
        from law in method.GetCustomAttributes<LawAttribute>()
        select (type.Name, law.Cases)).ToLookup(pair => pair.Name, pair => pair.Cases);

    private static readonly (string[] Suites, string Cases)[] Rows =
    [
        .. from line in File.ReadLines(Path.Combine(Repository.Root, "Properties", "README.md")).SkipWhile(line => line != "## Claims")
           where line.StartsWith("| ") && line.Contains('`')
           let cells = line.Split(" | ")
           select (cells[2].Split(", ").Select(name => name.Trim('`')).ToArray(), cells[3]),
    ];

    [Fact]
    public void Every_suite_of_laws_is_claimed_once() =>
        Assert.Equal(CasesOf.Select(suite => suite.Key).Order(), Rows.SelectMany(row => row.Suites).Order());

    [Fact]
    public void The_cases_of_a_claim_are_those_of_its_suites() => Assert.All(Rows, row => Assert.Equal(
        row.Suites.Sum(suite => CasesOf[suite].Sum()).ToString("N0", CultureInfo.InvariantCulture), row.Cases));
}
