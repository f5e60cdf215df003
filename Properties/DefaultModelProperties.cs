using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The model as it is trained unless told otherwise: each of its 4,192 parameters, before training and after.</summary>
public class DefaultModelProperties
{
    // One document of four positions: a complex step for each parameter is then a matter of seconds.
    private static readonly GptCase Start = new(Models.Configuration(16, 4, 1, 16, 27), [[26, 0, 13, 0, 26]], Seed: 42, Scale: 1);

    private static readonly Lazy<GptCase> Trained = new(() => Start.After(steps: 50, Engines.Expression));

    [Law(1)]
    public Property Each_parameter_s_derivative_is_its_complex_step_at_initialization() =>
        GptLaws.IsTheOracle(Start, Engines.Expression, Oracles.ByComplexStep);

    [Law(1)]
    public Property Each_parameter_s_derivative_is_its_complex_step_after_training() =>
        GptLaws.IsTheOracle(Trained.Value, Engines.Expression, Oracles.ByComplexStep);

    [Law(1)]
    public Property Each_parameter_s_derivative_is_the_scalar_graph_s_after_training() =>
        EquivalenceLaws.FindTheSameGradient(Trained.Value, Engines.Expression, Engines.Scalar, 1e-12);

    [Fact]
    public void It_has_4192_parameters() => Assert.Equal(4192, Start.Parameters.Values.Length);
}
