using System.Collections.Immutable;
using System.Reflection;

namespace MicroGpt.Properties;

/// <summary>
/// The bug zoo: mutants of the program, most of them bugs that were seen in the wild, each with the law that kills it and the text of
/// its counterexample. A law that kills nothing has proved nothing.
/// </summary>
public static class Zoo
{
    /// <summary>All mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        .. WrongOperations.All, .. WrongFunctions.All, .. WrongNumbers.All, .. WrongRules.All, .. WrongPasses.All, .. WrongLayers.All,
        .. WrongAttention.All, .. WrongEngines.All, .. WrongTraining.All, .. WrongWindows.All, .. WrongOptimizers.All,
        .. WrongSchedules.All, .. WrongSampling.All, .. WrongCheckpoints.All, .. WrongStudy.All, .. WrongCompilation.All,
        .. OneInAMillion.All,
    ];

    /// <summary>The start of the line that tells how long the walk took.</summary>
    public const string Time = "The walk took";

    /// <summary>The counts of laws, cases, mutants and survivors, at the end of the walk.</summary>
    public static string Summary(int survivors)
    {
        var laws = typeof(LawAttribute).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<LawAttribute>()).OfType<LawAttribute>().ToArray();
        return FormattableString.Invariant($"`dotnet test` puts {laws.Length} laws to the test, on {laws.Sum(law => law.Cases):N0} cases. ")
            + $"{All.Length} mutants were let loose on them here, and {survivors} survived. "
            + $"{All.Count(mutant => mutant.DiesExactly)} of them die in exact arithmetic, without any tolerance.";
    }
}
