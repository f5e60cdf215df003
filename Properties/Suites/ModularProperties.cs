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
        ModularLaws.KeepsValueAndGradient(m.Formula, expressions => Simplification.Simplify(expressions));

    [Law(300)]
    public Property Fusion_keeps_value_and_gradient(ExactMatrixFormula m) =>
        ModularLaws.KeepsValueAndGradient(m.Formula, expressions => Fusion.Fuse(expressions));
}
