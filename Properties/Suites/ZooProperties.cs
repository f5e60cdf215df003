using FsCheck;

namespace MicroGpt.Properties;

/// <summary>No beast survives, and each is caught where its description says.</summary>
public class ZooProperties
{
    public static TheoryData<Mutant> Beasts => [.. Zoo.All];

    [Theory, MemberData(nameof(Beasts), DisableDiscoveryEnumeration = true)]
    public void No_beast_survives(Mutant beast)
    {
        var trophies = beast.Kills.Select(hunt => hunt.Counterexample()).ToArray();
        Assert.Empty(beast.Kills.Where((_, i) => trophies[i] is null).Select(hunt => $"{beast.Name} survived {hunt.Law}"));
        Assert.Contains(beast.Shows, trophies[0]);
    }

    [Theory]
    [InlineData(typeof(GptLaws))]
    [InlineData(typeof(LogitLaws))]
    [InlineData(typeof(EquivalenceLaws))]
    [InlineData(typeof(TextLaws))]
    [InlineData(typeof(ChanceLaws))]
    [InlineData(typeof(TrainingLaws))]
    [InlineData(typeof(CheckpointLaws))]
    [InlineData(typeof(StudyLaws))]
    public void Every_law_kills_some_beast(Type laws)
    {
        var killers = Zoo.All.SelectMany(beast => beast.Kills).Select(hunt => hunt.Law).ToHashSet();
        var named = laws.GetMethods().Where(method => method.ReturnType == typeof(Property)).Select(method => method.Name);
        Assert.Empty(named.Except(killers));
    }
}
