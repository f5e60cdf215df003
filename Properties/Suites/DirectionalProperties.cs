using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The gradient of a GPT's loss along directions that change all parameters at once: one evaluation tests all of it.</summary>
public class DirectionalProperties
{
    [Trait("Speed", "Slow")]
    [Law(400)]
    public Property The_gradient_along_any_direction_is_the_complex_step(GptCase model, Direction v) =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(Engines.Expression), Oracles.ByComplexStep, v);

    [Trait("Speed", "Slow")]
    [Law(400)]
    public Property The_gradient_along_any_direction_is_forward_mode(GptCase model, Direction v) =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(Engines.Expression), Oracles.ByForwardMode, v);

    [Law(200)]
    public Property The_gradient_along_any_direction_is_the_tangent_pushed_forward(GptCase model, Direction v) =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(Engines.Expression), (_, direction) => model.Jvp(direction), v);

    [Trait("Speed", "Slow")]
    [Law(100)]
    public Property The_gradient_along_any_direction_is_finite_differences(GptCase model, Direction v) =>
        DerivativeLaws.AgreesWithFiniteDifferences(model.Loss, model.GradientBy(Engines.Expression), v);
}
