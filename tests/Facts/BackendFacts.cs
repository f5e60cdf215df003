using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Facts;

public class BackendFacts
{
    [Fact]
    public void Each_engine_has_one_backend_in_double_precision() => Assert.All(Enum.GetValues<EngineKind>(), engine =>
        Assert.Equal(Backends.InDouble(engine), Assert.Single(
            Backends.All, backend => (backend.Engine, backend.Precision) == (engine, Precision.Double))));

    [Fact]
    public void The_unit_roundoff_is_half_the_distance_from_one_to_the_next_number() => Assert.All(Backends.All, backend =>
        Assert.Equal(
            backend.Precision == Precision.Single ? MathF.BitIncrement(1) - 1 : Math.BitIncrement(1) - 1, 2 * backend.UnitRoundoff));
}
