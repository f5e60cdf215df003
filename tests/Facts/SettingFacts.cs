using System.Text;
using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The settings of a run, as rows of a table.</summary>
public class SettingFacts
{
    public static TheoryData<RunConfiguration> Configurations =>
    [
        RunConfiguration.Default,
        RunConfiguration.Default with { Data = "\"zoë\"\\ \u0001🐻", Threads = 3, Temperature = 1e-300, Samples = 0 },
        RunConfiguration.Default with { Sizes = new(6, 3, 2, 9), Seed = System.Numerics.BigInteger.Pow(10, 40), Validation = 1.0 / 3 },
        RunConfiguration.Default with { Optimizer = new AdamW { Beta1 = 0.1, WeightDecay = 0, DecayEmbeddings = true, Clip = 1 } },
        RunConfiguration.Default with { Optimizer = new Sgd { Momentum = 0.9, Nesterov = true }, Precision = Precision.Single },
        RunConfiguration.Default with { Schedule = TrainingSchedule.Create(3, 1e-20, 7).OrThrow(), Engine = EngineKind.Expression },
    ];

    [Theory, MemberData(nameof(Configurations), DisableDiscoveryEnumeration = true)]
    public void A_configuration_that_is_written_and_read_again_is_the_same(RunConfiguration run)
    {
        var texts = ConfigurationFile.Read(Encoding.UTF8.GetBytes(ConfigurationFile.Write(run)), "run.json").OrThrow();
        Assert.Equal(run, GivenSettings.None.With(SettingSource.File("run.json"), texts).Validate().OrThrow());
    }

    [Fact]
    public void A_configuration_is_valid_where_a_backend_computes_so() => Assert.All(
        from engine in Enum.GetValues<EngineKind>() from precision in Enum.GetValues<Precision>() select (engine, precision),
        pair => Assert.Equal(
            Backends.Find(pair.engine, pair.precision).IsSome,
            GivenSettings.Saved(RunConfiguration.Default with { Engine = pair.engine, Precision = pair.precision }, SettingSource.Default)
                .Validate().IsSuccess));

    [Fact]
    public void Every_setting_has_a_name_of_its_own_a_meaning_and_an_example_that_it_reads() => Assert.All(
        RunConfiguration.AllSettings,
        setting =>
        {
            Assert.Single(RunConfiguration.AllSettings, other => other.Name == setting.Name);
            Assert.EndsWith(".", setting.Meaning);
            Assert.True(setting.Read(setting.Name, setting.Example).IsSuccess, setting.Name);
        });
}
