using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Random expressions over matrices, and their backward and forward transformations.</summary>
public class ExpressionProperties
{
    [Law(200)]
    public Property The_gradient_is_complex_step(MatrixFormula m) =>
        DerivativeLaws.Agrees(m, _ => m.Gradient(Derivatives.Backward), Oracles.ByComplexStep);

    [Law(200)]
    public Property The_gradient_is_forward_mode(MatrixFormula m) =>
        DerivativeLaws.Agrees(m, _ => m.Gradient(Derivatives.Backward), Oracles.ByForwardMode);

    [Law(200)]
    public Property The_gradient_is_the_tangent_pushed_forward(MatrixFormula m, Direction v) =>
        DerivativeLaws.AgreesAlong(m, _ => m.Gradient(Derivatives.Backward), (_, direction) => m.Jvp(direction), v);

    [Law(1000)]
    public Property The_gradient_is_complex_step_along_any_direction(MatrixFormula m, Direction v) =>
        DerivativeLaws.AgreesAlong(m, _ => m.Gradient(Derivatives.Backward), Oracles.ByComplexStep, v);

    [Law(400)]
    public Property The_gradient_is_finite_differences_along_any_direction(MatrixFormula m, Direction v) =>
        DerivativeLaws.AgreesWithFiniteDifferences(m, _ => m.Gradient(Derivatives.Backward), v);

    [Law(300)]
    public Property The_gradient_is_that_of_the_graph_of_numbers(MatrixFormula m, Direction v) =>
        DerivativeLaws.AgreesAlong(m, Gradients.ByReverseMode, Oracles.ByComplexStep, v);

    [Law(300)]
    public Property The_gradient_of_the_gradient_is_the_complex_step_of_the_gradient(MatrixFormula m, Direction v) =>
        HessianLaws.IsComplexStepOfTheGradient(m, v, (_, direction) => m.HessianVector(direction, Derivatives.Backward));

    [Trait("Speed", "Slow")]
    [Law(300)]
    public Property The_Hessian_is_symmetric(MatrixFormula m, Direction u, Direction v) =>
        HessianLaws.IsSymmetric(m, u, v, (_, direction) => m.HessianVector(direction, Derivatives.Backward));

    [Trait("Speed", "Slow")]
    [Fact]
    public void Every_operation_of_the_catalogue_occurs_in_generated_expressions()
    {
        // With 2,000 samples a missing operation is a fault of the generator, not chance.
        var grown = MatrixFormulas.Any.Generator.Sample(2000).SelectMany(m => PostOrder<Expr>.Of(m.Body).Nodes.OfType<Application>());
        var used = grown.Select(node => node.Operation.GetType()).ToHashSet();
        var listed = Catalogue.All(BatchCases.Any.Generator.Sample(1).First()).Select(entry => entry.Operation.GetType());
        Assert.Superset(listed.ToHashSet(), used);
    }
}
