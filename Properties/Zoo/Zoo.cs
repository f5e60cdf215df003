using System.Collections.Immutable;
using System.Reflection;

namespace MicroGpt.Properties;

/// <summary>
/// The bug zoo: ways in which a backward pass goes wrong, most of them from life, each with the law that kills it and what that law
/// has to say. A law that kills nothing has proved nothing.
/// </summary>
public static class Zoo
{
    /// <summary>All beasts.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        .. WrongOperations.All, .. WrongPasses.All, .. WrongLayers.All, .. WrongAttention.All, .. WrongEngines.All, .. WrongTraining.All,
        .. WrongCheckpoints.All, .. WrongStudy.All, .. WrongCompilation.All, .. OneInAMillion.All,
    ];

    /// <summary>What `dotnet test` puts under law, and what became of the beasts: the last sentence of a walk.</summary>
    public static string Summary(int survivors)
    {
        var laws = typeof(LawAttribute).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<LawAttribute>()).OfType<LawAttribute>().ToArray();
        return FormattableString.Invariant($"`dotnet test` puts {laws.Length} laws to the test, on {laws.Sum(law => law.Cases):N0} cases. ")
            + $"{All.Length} mutants were let loose on them here, and {survivors} survived.";
    }
}
