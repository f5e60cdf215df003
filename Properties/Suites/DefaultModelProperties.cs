using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The default model: each of its 4,192 parameters, before and after training.</summary>
[Trait("Speed", "Slow")]
public class DefaultModelProperties
{
    private const int Steps = 50;

    [Law(1)]
    public Property Each_parameter_s_derivative_is_its_complex_step_at_initialization(DefaultModel start) =>
        GptLaws.IsTheOracle(start.Model, Engines.Expression, Oracles.ByComplexStep);

    [Law(1)]
    public Property Each_parameter_s_derivative_is_its_complex_step_after_training(DefaultModel start) =>
        GptLaws.IsTheOracle(Trained(start), Engines.Expression, Oracles.ByComplexStep);

    [Law(5)]
    public Property The_gradient_map_is_the_scalar_graph_s_gradient_after_training(DefaultModel start) =>
        EquivalenceLaws.FindTheSameGradient(Trained(start), Engines.Expression, Engines.Scalar, 1e-12);

    [Law(1)]
    public Property The_default_model_has_4192_parameters(DefaultModel start) =>
        Verdict.That(start.Model.Parameters.Values.Length == 4192, $"it has {start.Model.Parameters.Values.Length} parameters");

    private static GptCase Trained(DefaultModel start) => start.Model.After(Steps, Engines.Expression, Optimizers.Default);
}
