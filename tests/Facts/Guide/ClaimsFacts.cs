using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using MicroGpt.Properties;
using Xunit.Sdk;

namespace MicroGpt.Facts.Guide;

/// <summary>
/// The table of claims names every suite of laws once, and no class or command that does not exist. It has the number of cases of each row.
/// </summary>
public partial class ClaimsFacts
{
    private static readonly ILookup<string, int> CasesOf = (
        from type in typeof(LawAttribute).Assembly.GetTypes()
        from method in type.GetMethods()
        from law in method.GetCustomAttributes<LawAttribute>()
        select (type.Name, law.Cases)).ToLookup(pair => pair.Name, pair => pair.Cases);

    private static readonly (string[] RunBy, string Cases)[] Rows =
    [
        .. from line in File.ReadLines(Path.Combine(Repository.Root, "Properties", "README.md"))
               .SkipWhile(line => line != "## Claims").TakeWhile(line => !line.StartsWith("### "))
           where line.StartsWith("| ") && line.Contains('`')
           let cells = line.Split(" | ")
           select (cells[2].Split(", ").Select(name => name.Trim('`')).ToArray(), cells[3]),
    ];

    [Fact]
    public void Every_suite_of_laws_is_claimed_once() =>
        Assert.Equal(CasesOf.Select(suite => suite.Key).Order(), Rows.SelectMany(row => row.RunBy).Where(CasesOf.Contains).Order());

    [Fact]
    public void Each_claim_is_run_by_a_class_of_tests_or_a_command_that_exist() => Assert.All(
        Rows.SelectMany(row => row.RunBy), name => Assert.True(ClassOf(name) is { } tests ? TestsOf(tests) > 0 : IsCommand(name), name));

    // A row that names all cases says so.
    [Fact]
    public void The_cases_of_a_claim_are_those_of_what_runs_it() => Assert.All(Rows.Where(row => row.Cases != "all"), row => Assert.Equal(
        row.RunBy.Sum(Cases).ToString("N0", CultureInfo.InvariantCulture), row.Cases));

    private static int Cases(string name) =>
        CasesOf.Contains(name) ? CasesOf[name].Sum() : ClassOf(name) is { } tests ? TestsOf(tests) : LawsOf(name);

    private static Type? ClassOf(string name) => typeof(LawAttribute).Assembly.GetTypes().Concat(typeof(ClaimsFacts).Assembly.GetTypes())
        .FirstOrDefault(type => type.Name == name);

    private static int TestsOf(Type tests) => (
        from method in tests.GetMethods()
        let fact = method.GetCustomAttribute<FactAttribute>()
        where fact is not null
        select fact is TheoryAttribute
            ? method.GetCustomAttributes<DataAttribute>().Sum(data => data.GetData(method).Count()) : 1).Sum();

    // The cases of the laws of a project that is not referenced here.
    private static int LawsOf(string command) => !command.StartsWith("dotnet test ") ? 0 : Repository.Files(command.Split(' ')[2])
        .Sum(file => Law().Matches(file.Text).Sum(law => int.Parse(law.Groups[1].Value, CultureInfo.InvariantCulture)));

    // The command's program or project is there, and the walk knows its first argument.
    private static bool IsCommand(string command) => command.Split(' ') switch
    {
        [var script] => File.Exists(Path.Combine(Repository.Root, script)),
        ["dotnet", "test", var project] => Directory.Exists(Path.Combine(Repository.Root, project)),
        ["dotnet", "run", "--project", "Properties", "--", var first] => Repository.Read("Properties/Program.cs").Contains($"[\"{first}\""),
        _ => false,
    };

    [GeneratedRegex(@"\[Law\((\d+)")]
    private static partial Regex Law();
}
