using FsCheck;

namespace MicroGpt.Properties;

/// <summary>Every mutant is killed, with the counterexample that its description announces.</summary>
public class ZooProperties
{
    public static TheoryData<Mutant> Mutants => [.. Zoo.All];

    [Theory, MemberData(nameof(Mutants), DisableDiscoveryEnumeration = true)]
    public void Every_mutant_is_killed_by_its_laws(Mutant mutant)
    {
        var counterexamples = mutant.Kills.Select(kill => kill.Counterexample()).ToArray();
        Assert.Empty(mutant.Kills.Where((_, i) => counterexamples[i] is null).Select(kill => $"{mutant.Name} survived {kill.Law}"));
        Assert.Contains(mutant.Shows, counterexamples[0]);
        Assert.Empty(mutant.Exactly.Where(kill => kill.Counterexample() is null).Select(kill => $"{mutant.Name} survived {kill.Law}"));
    }

    [Theory]
    [InlineData(typeof(GptLaws))]
    [InlineData(typeof(LogitLaws))]
    [InlineData(typeof(EquivalenceLaws))]
    [InlineData(typeof(TextLaws))]
    [InlineData(typeof(ChanceLaws))]
    [InlineData(typeof(SamplingLaws))]
    [InlineData(typeof(TrainingLaws))]
    [InlineData(typeof(CheckpointLaws))]
    [InlineData(typeof(StudyLaws))]
    [InlineData(typeof(PlanLaws))]
    [InlineData(typeof(IntervalLaws))]
    [InlineData(typeof(ModularLaws))]
    public void Every_law_kills_some_mutant(Type laws)
    {
        var killers = Zoo.All.SelectMany(mutant => mutant.Kills.Concat(mutant.Exactly)).Select(kill => kill.Law).ToHashSet();
        var named = laws.GetMethods().Where(method => method.ReturnType == typeof(Property)).Select(method => method.Name);
        Assert.Empty(named.Except(killers));
    }
}
