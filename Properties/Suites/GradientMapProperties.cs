using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Gradient maps, which make a batch a sum and a parallel batch a regrouping.</summary>
public class GradientMapProperties
{
    private static readonly Addition Plus = (f, g) => f + g;

    [Law(500)]
    public Property The_empty_map_is_their_identity(RealGradients f) => GradientMapLaws.HasAnIdentity(f, Plus);

    [Law(500)]
    public Property Their_sum_commutes(RealGradients f, RealGradients g) => GradientMapLaws.Commutes(f, g, Plus);

    [Law(500)]
    public Property Their_sum_is_pointwise(RealGradients f, RealGradients g) => GradientMapLaws.IsPointwise(f, g, Plus);

    [Law(500)]
    public Property Their_sum_is_associative_where_nothing_rounds(IntegerGradients f, IntegerGradients g, IntegerGradients h) =>
        GradientMapLaws.IsAssociativeExactly(f, g, h, Plus);

    [Law(500)]
    public Property Their_sum_is_associative_to_rounding(RealGradients f, RealGradients g, RealGradients h) =>
        GradientMapLaws.IsAssociativeToRounding(f, g, h, Plus);

    [Law(100)]
    public Property Twice_a_gradient_expression_is_the_gradient_added_to_itself(MatrixFormula m)
    {
        var once = m.Gradient(Derivatives.Backward);
        var twice = m.Gradient(scalar => scalar.Backward() + scalar.Backward());
        return Verdict.NoneOf(once.SelectMany((g, i) => Verdict.Unequal($"∂/∂x{i}", twice[i], 2 * g)));
    }
}
