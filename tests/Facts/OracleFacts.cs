using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Facts;

/// <summary>The oracles at the edges of what they can judge.</summary>
public class OracleFacts
{
    [Theory]
    [InlineData(4, -2, 1, 1, 0.25)]
    [InlineData(4, -2, 2, 0, 0.25)]
    [InlineData(4, 0, 1, 1, 0.5)]
    [InlineData(4, 0, 0, 1, 0.125)]
    public void The_largest_step_is_an_eighth_of_the_way_to_zero(double a, double b, double alongA, double alongB, double step) =>
        Assert.Equal(step, Of("a*b", ("a", a), ("b", b)).LargestStep([alongA, alongB]));

    // The nearest number below the least positive number is 0, and 0 is the nearest one above its negative.
    [Theory]
    [InlineData("log(x)", double.Epsilon)]
    [InlineData("log(-x)", -double.Epsilon)]
    public void A_neighbour_on_either_side_must_be_finite(string formula, double x)
    {
        var f = Of(formula, ("x", x));
        Assert.False(f.IsFiniteAround([1]));
        Assert.False(f.IsFiniteAround([-1]));
        Assert.True(f.IsFiniteAround([0]));
        Assert.True((f with { Point = [3 * x] }).IsFiniteAround([1]));
    }

    // Not finite; a coordinate beside which the step is not small; a step times a derivative that underflows.
    [Theory]
    [InlineData("log(x)", -1)]
    [InlineData("x^2", 1e-115)]
    [InlineData("exp(x)", -700)]
    [InlineData("1e-300*x", 1e200)]
    public void The_complex_step_does_not_apply(string formula, double x) =>
        Assert.True(double.IsNaN(Of(formula, ("x", x)).ByComplexStep([1])));

    [Fact]
    public void The_complex_step_must_be_small_beside_each_coordinate() =>
        Assert.True(double.IsNaN(Of("a*b", ("a", 1), ("b", 1e-115)).ByComplexStep([0, 1])));

    [Fact]
    public void The_complex_step_applies_at_the_end_of_its_domain() =>
        Assert.Equal(Math.ScaleB(1, 370), Of("log(x)", ("x", Math.ScaleB(1, -370))).ByComplexStep([1]));

    [Fact]
    public void A_derivative_of_zero_has_no_sign() => Assert.False(double.IsNegative(Of("x", ("x", 1)).ByComplexStep([-0.0])));

    [Fact]
    public void A_central_difference_is_divided_by_twice_the_step() =>
        Assert.Equal(12, Of("x^2", ("x", 3)).ByCentralDifference([2], h: 0.25));

    // The only errors are those of the moved number, which is rounded once, and of the product: two units each, divided by the step 1/16.
    [Fact]
    public void A_number_that_is_not_moved_adds_no_error_to_a_difference() =>
        Assert.Equal(new(1, 2 * Math.ScaleB(1, -51) * 16), Of("a*b", ("a", 1), ("b", 1)).ByFiniteDifferences([1, 0]));

    // The difference with the step h is 3 + h². Two extrapolations remove h², and show that nothing else is left but rounding.
    [Fact]
    public void Differences_are_extrapolated_to_a_step_of_zero() =>
        Assert.Equal(new(3, 4 * Math.ScaleB(1, -51) * 32), Of("x^3", ("x", 1)).ByFiniteDifferences([1]));

    // The products c·y, c·y and -c·y are rounded, each by up to 2⁻¹¹. This noise ends the halving after the steps 1/8 and 1/16. Their
    // differences are 1/64 and 1/256 away from the extrapolation. Terms of second order are left out.
    [Fact]
    public void The_error_of_a_difference_is_the_larger_change_and_the_noise()
    {
        var noisy = Of($"cube = x^3; c = {1L << 40}; cube + (c*y - c*y)", ("x", 1), ("y", 1)).ByFiniteDifferences([1, 0])!.Value;
        Assert.Equal(3, noisy.Derivative);
        Assert.Equal(1.0 / 64 + 3 * Math.ScaleB(1, -11) * 16, noisy.Error, tolerance: 1e-5);
    }

    [Fact]
    public void The_pieces_of_kinks_remain_in_a_trace()
    {
        var (c, above, below) = (BranchTrace.Constant(2), BranchTrace.Constant(1).Relu(), BranchTrace.Constant(-1).Relu());
        Assert.Equal(0UL, (c * c.Exp()).Branches);
        Assert.NotEqual((above * c).Branches, (below * c).Branches);
        Assert.NotEqual((c * above).Branches, (c * below).Branches);
        Assert.Distinct(((BranchTrace[])[above + above, above + below, below + above, below + below]).Select(x => x.Branches));
    }

    [Fact]
    public void An_exact_argument_adds_no_error_to_an_infinite_partial() =>
        Assert.Equal(new(0, 0), RunningError.Apply(new Pow(0.5), RunningError.Constant(0)));

    // A square is at least 0, and NaN² is NaN, which such bounds do not contain.
    [Fact]
    public void A_power_of_a_number_without_bounds_has_none() => Assert.True(
        Interval.Apply(new Power(), new(double.NaN, Bounds.Everything), Interval.Constant(2)).Bounds.SayNothing);

    [Fact]
    public void A_bracket_has_bounds_of_the_value_and_of_each_derivative() => Assert.Equal(
        new(Bounds.Of(6), [Bounds.Of(3), Bounds.Of(2)]), Bracket.Compute(Of("a*b", ("a", 2), ("b", 3))));

    private static ScalarFunction Of(string formula, params (string Name, double Value)[] point) =>
        ScalarFunction.Of(Formula.Parse(formula).OrThrow(), [.. point]).OrThrow();
}
