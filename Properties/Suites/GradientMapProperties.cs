using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Gradient maps: their addition sums a batch, and its associativity allows shards on several threads.</summary>
public class GradientMapProperties
{
    private static readonly Addition Plus = (f, g) => f + g;

    [Law(500)]
    public Property The_empty_map_is_the_identity_of_addition(RealGradients f) => GradientMapLaws.HasAnIdentity(f, Plus);

    [Law(500)]
    public Property Addition_of_gradient_maps_commutes(RealGradients f, RealGradients g) => GradientMapLaws.Commutes(f, g, Plus);

    [Law(500)]
    public Property Addition_of_gradient_maps_is_pointwise(RealGradients f, RealGradients g) => GradientMapLaws.IsPointwise(f, g, Plus);

    [Law(500)]
    public Property Addition_of_gradient_maps_is_associative_if_nothing_rounds(
        IntegerGradients f, IntegerGradients g, IntegerGradients h) =>
        GradientMapLaws.IsAssociativeExactly(f, g, h, Plus);

    [Law(500)]
    public Property Addition_of_gradient_maps_is_associative_up_to_rounding(RealGradients f, RealGradients g, RealGradients h) =>
        GradientMapLaws.IsAssociativeToRounding(f, g, h, Plus);

    [Law(100)]
    public Property Twice_a_gradient_expression_is_the_gradient_added_to_itself(MatrixFormula m)
    {
        var once = m.Gradient(Derivatives.Backward);
        var twice = m.Gradient(scalar => scalar.Backward() + scalar.Backward());
        return Verdict.NoneOf(once.SelectMany((g, i) => Verdict.Unequal($"∂/∂x{i}", twice[i], 2 * g)));
    }
}
