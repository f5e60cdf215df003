using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>Passes, adjoints, simplification and fusion, in arithmetic without rounding.</summary>
public class ModularProperties
{
    [Law(1000)]
    public Property A_formula_has_one_gradient(RandomFormula f, Direction v) =>
        ModularLaws.HasOneGradient(Expressed.Of(f), v, Derivatives.Backward);

    [Law(300)]
    public Property An_expression_over_matrices_has_one_gradient(ExactMatrixFormula m, Direction v) =>
        ModularLaws.HasOneGradient(Expressed.Of(m.Formula), v, Derivatives.Backward);

    [Law(40)]
    public Property The_loss_of_a_GPT_has_one_gradient(GptCase model, Direction v) =>
        ModularLaws.HasOneGradient(Expressed.Of(model), v, Derivatives.Backward);

    [Law(500)]
    public Property A_formula_has_one_product_of_Hessian_and_vector(ExactFormula f, Direction v) =>
        ModularLaws.HasOneHessianVector(Expressed.Of(f.Formula), v, Derivatives.Backward);

    [Law(200)]
    public Property An_expression_over_matrices_has_one_product_of_Hessian_and_vector(ExactMatrixFormula m, Direction v) =>
        ModularLaws.HasOneHessianVector(Expressed.Of(m.Formula), v, Derivatives.Backward);

    [Law(10)]
    public Property The_loss_of_a_GPT_has_one_product_of_Hessian_and_vector(GptCase model, Direction v) =>
        ModularLaws.HasOneHessianVector(Expressed.Of(model), v, Derivatives.Backward);

    [Law(1000)]
    public Property Every_operation_pulls_back_by_the_adjoint_of_its_derivative(AnyStructure s, Direction numbers) =>
        ModularLaws.PullsBackByTheAdjoint(s, numbers);

    [Law(300)]
    public Property Simplification_keeps_value_and_gradient(ExactMatrixFormula m) =>
        ModularLaws.KeepsValueAndGradient(Expressed.Of(m.Formula), expressions => Simplification.Simplify(expressions));

    [Law(20)]
    public Property Simplification_keeps_the_loss_of_a_GPT_and_its_gradient(GptCase model) =>
        ModularLaws.KeepsValueAndGradient(Expressed.Of(model), expressions => Simplification.Simplify(expressions));

    [Law(300)]
    public Property Fusion_keeps_value_and_gradient(ExactMatrixFormula m) =>
        ModularLaws.KeepsValueAndGradient(Expressed.Of(m.Formula), expressions => Fusion.Fuse(expressions));

    [Law(20)]
    public Property Fusion_keeps_the_loss_of_a_GPT_and_its_gradient(GptCase model) =>
        ModularLaws.KeepsValueAndGradient(Expressed.Of(model), expressions => Fusion.Fuse(expressions));

    [Law(300)]
    public Property The_gradient_of_a_fused_expression_is_that_of_the_expression(ExactMatrixFormula m, Direction v) =>
        ModularLaws.HasOneGradient(Expressed.Of(m.Formula), v, scalar => Fusion.Fuse(scalar)[0].Backward());
}
