using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Guaranteed brackets of values and gradients.</summary>
public class IntervalProperties
{
    // Boxes as wide as a point, a thousandth, and a half of each number.
    [Law(1000)]
    public Property A_bracket_holds_what_is_computed_within_it(RandomFormula f) => ((double[])[0, 1e-3, 0.5])
        .Select(share => IntervalLaws.HoldsWhatIsComputed(f, share, IntervalLaws.ByIntervals)).Aggregate((all, law) => all.And(law));

    [Law(1000)]
    public Property A_bracket_holds_the_exact_derivative(RandomFormula f) =>
        IntervalLaws.HoldsTheExactDerivative(f, IntervalLaws.ByIntervals);

    [Law(2000)]
    public Property A_bracket_of_one_operation_is_narrow(OneOperation op) => IntervalLaws.IsNarrow(op, IntervalLaws.ByIntervals);

    [Law(2000)]
    public Property A_bracket_of_a_sum_or_a_product_has_the_nearest_ends(double x, double y) =>
        IntervalLaws.IsTheNearest(x, y, (a, b) => a + b, (a, b) => a * b);

    [Law(20)]
    public Property The_expression_engine_s_gradient_is_within_its_bracket(GptCase model) =>
        IntervalLaws.HoldsTheGradientExpression(model, Derivatives.Backward, Engines.Expression, IntervalLaws.ByIntervals);

    [Law(20)]
    public Property The_derivative_of_a_loss_along_a_direction_is_within_its_bracket(GptCase model, Direction v) =>
        IntervalLaws.HoldsTheTangent(model.Loss, v, IntervalLaws.ByForwardMode);

    [Law(20)]
    public Property A_backend_s_gradient_is_within_its_widths_of_the_bracket(GptCase model) => Backends.All
        .Select(backend => IntervalLaws.HoldsTheEngine(
            model, language => backend.CreateEngine(language, documents: 3), backend.BracketWidths, IntervalLaws.ByIntervals,
            Tolerance.OfFlushToZero(backend.UnitRoundoff))
            .Label($"by the backend {backend}"))
        .Aggregate((all, law) => all.And(law));
}
