using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Graphs of numbers with random sharing, and their backward pass.</summary>
public class GraphProperties
{
    private static readonly Backward Backward = root => root.Backward();

    [Law(3000)]
    public Property Reverse_mode_is_complex_step(RandomFormula f) =>
        DerivativeLaws.Agrees(f, Gradients.ByReverseMode, Oracles.ByComplexStep);

    [Law(3000)]
    public Property Reverse_mode_is_forward_mode(RandomFormula f) =>
        DerivativeLaws.Agrees(f, Gradients.ByReverseMode, Oracles.ByForwardMode);

    [Law(500)]
    public Property Reverse_mode_is_finite_differences(GentleFormula g, Direction v) =>
        DerivativeLaws.AgreesWithFiniteDifferences(g.Formula, Gradients.ByReverseMode, v);

    [Law(1000)]
    public Property Reverse_mode_is_the_complex_step_along_any_direction(RandomFormula f, Direction v) =>
        DerivativeLaws.AgreesAlong(f, Gradients.ByReverseMode, Oracles.ByComplexStep, v);

    [Law(1000)]
    public Property The_gradient_expression_is_complex_step(RandomFormula f) =>
        DerivativeLaws.Agrees(f, _ => f.Gradient(Derivatives.Backward), Oracles.ByComplexStep);

    [Law(1000)]
    public Property Forward_over_reverse_is_the_complex_step_of_the_gradient(RandomFormula f, Direction v) =>
        HessianLaws.IsComplexStepOfTheGradient(f, v, HessianLaws.ForwardOverReverse);

    [Law(1000)]
    public Property Reverse_over_reverse_is_the_complex_step_of_the_gradient(RandomFormula f, Direction v) =>
        HessianLaws.IsComplexStepOfTheGradient(f, v, HessianLaws.ReverseOverReverse);

    [Law(1000)]
    public Property The_Hessian_is_symmetric(RandomFormula f, Direction u, Direction v) =>
        HessianLaws.IsSymmetric(f, u, v, HessianLaws.ForwardOverReverse);

    [Law(1000)]
    public Property The_gradient_is_linear(GentleFormula g, double alpha, double beta) =>
        GraphLaws.IsLinear(g.Formula, alpha, beta, Backward);

    [Law(1000)]
    public Property The_product_rule_holds(GentleFormula g) => GraphLaws.ObeysTheProductRule(g.Formula, Backward);

    [Law(1000)]
    public Property The_quotient_rule_holds(GentleFormula g) => GraphLaws.ObeysTheQuotientRule(g.Formula, Backward);

    [Law(1000)]
    public Property The_chain_rule_holds(GentleFormula g, OneOperation h) => GraphLaws.ObeysTheChainRule(g.Formula, h.Formula, Backward);

    [Law(1000)]
    public Property Powers_of_two_scale_exactly(GentleFormula g) =>
        GraphLaws.ScalesByPowersOfTwoExactly(g.Formula, Gradients.ByReverseMode);

    [Law(1000)]
    public Property A_sum_plus_a_product_in_one_node_is_as_in_two(RandomFormula f, bool firstIsConstant) =>
        GraphLaws.IsASumOfProductsInFewerNodes(f, firstIsConstant, Value<Real>.Accumulate);

    [Law(1000)]
    public Property The_walk_by_fingerprints_is_the_plain_walk(RandomFormula f) => GraphLaws.IsWalkedAlikeByFingerprints(f);

    [Law(1000)]
    public Property Renaming_the_leaves_renames_the_gradient(RandomFormula f) =>
        GraphLaws.DoesNotDependOnTheOrderOfLeaves(f, Gradients.ByReverseMode);

    [Law(100)]
    public Property An_unused_leaf_has_the_gradient_zero(RandomFormula f) => GraphLaws.IsZeroForAnUnusedLeaf(f, Backward);

    [Law(100)]
    public Property A_constant_has_the_empty_gradient_map(RandomFormula f) => GraphLaws.IsEmptyForAConstant(f, Backward);

    [Law(100)]
    public Property Two_leaves_of_one_value_are_two(double x) => GraphLaws.KeepsEqualLeavesApart(x, Backward);

    [Fact]
    public void A_node_used_twice_propagates_its_gradient_once()
    {
        var a = Value<Real>.Variable(new(3));
        var b = a + a;
        Assert.Equal(4, (b + b).Backward()[a].Plain);
    }
}
