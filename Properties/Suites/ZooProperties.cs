using FsCheck;

namespace MicroGpt.Properties;

/// <summary>Every mutant is killed, with the counterexample that its description announces.</summary>
public class ZooProperties
{
    // Mutants of operations, passes, layers, attention and compilation that do not die in exact arithmetic, and the reasons.
    private static readonly (string Reason, string[] Mutants)[] NotExactly =
    [
        ("The table of derivatives is wrong, and both sides use it.", [.. WrongOperations.All.Select(mutant => mutant.Name)]),
        ("The value is wrong, and no gradient is taken.",
        [
            "The clairvoyant", "The eavesdropper", "The goldfish", "The row below", "The cache that is not overwritten", "The row above",
            "The loss that is a sum", "The mean of all tokens",
        ]),
        ("A derivative relates free symbols: Catalogue.RelatesSymbols.",
        [
            "The old measure", "One in a million: RmsNorm, argument 0",
            .. from k in Enumerable.Range(0, 3) select $"One in a million: Attention, argument {k}",
            .. from k in Enumerable.Range(0, 6) select $"One in a million: AttentionPullback, argument {k}",
        ]),
        ("The order of kernels, buffers and rows is wrong, and no expression.",
        [
            "The hasty reuse", "The plan from the end", "The early overwriter", "The lost copy", "The divided family",
            "The slice in the way", "The row between two threads", "The forgotten rest",
        ]),
    ];

    // Laws of which nothing that is under test can be replaced by a mutant, and the reasons.
    private static readonly (string Law, string Reason)[] WithoutMutant =
    [
        (nameof(GraphLaws.IsWalkedAlikeByFingerprints), "It compares two walks of Core."),
        (nameof(GraphLaws.IsZeroForAnUnusedLeaf), "A backward pass does not know of a leaf that is not below its root."),
        (nameof(OperationLaws.ScalesWithItsCotangent), "An operation of numbers does not see its cotangent."),
        (nameof(StructureLaws.RefusesByName), "The constructor of every application refuses."),
    ];

    public static TheoryData<Mutant> Mutants => [.. Zoo.All];

    [Theory, MemberData(nameof(Mutants), DisableDiscoveryEnumeration = true)]
    public void Every_mutant_is_killed_by_its_laws(Mutant mutant)
    {
        var counterexamples = mutant.Kills.Select(kill => kill.Counterexample()).ToArray();
        Assert.Empty(mutant.Kills.Where((_, i) => counterexamples[i] is null).Select(kill => $"{mutant.Name} survived {kill.Law}"));
        Assert.Contains(mutant.Shows, counterexamples[0]);
        Assert.Empty(mutant.Exactly.Where(kill => kill.Counterexample() is null).Select(kill => $"{mutant.Name} survived {kill.Law}"));
    }

    [Fact]
    public void Every_wrong_pass_dies_in_exact_arithmetic_or_has_a_reason() => Assert.Equal(
        NotExactly.SelectMany(each => each.Mutants).Order(),
        from mutant in (Mutant[])
        [
            .. WrongOperations.All, .. WrongPasses.All, .. WrongLayers.All, .. WrongAttention.All, .. WrongCompilation.All,
            .. OneInAMillion.All,
        ]
        where !mutant.DiesExactly
        orderby mutant.Name
        select mutant.Name);

    // A kill names its law without the class of the law.
    [Fact]
    public void Every_law_kills_some_mutant_or_has_a_reason()
    {
        var killers = Zoo.All.SelectMany(mutant => mutant.Kills.Concat(mutant.Exactly)).Select(kill => kill.Law).ToHashSet();
        var laws =
            from type in typeof(Zoo).Assembly.GetTypes()
            where type.Name.EndsWith("Laws")
            from method in type.GetMethods()
            where method.ReturnType == typeof(Property)
            select method.Name;
        Assert.Equal(WithoutMutant.Select(each => each.Law).Order(), laws.Except(killers).Order());
    }
}
