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
    public void The_complex_step_does_not_apply(string formula, double x) => Assert.True(double.IsNaN(Of(formula, ("x", x)).ByComplexStep([1])));

    [Fact]
    public void The_complex_step_must_be_small_beside_each_coordinate() =>
        Assert.True(double.IsNaN(Of("a*b", ("a", 1), ("b", 1e-115)).ByComplexStep([0, 1])));

    [Fact]
    public void The_complex_step_applies_at_the_end_of_its_domain() =>
        Assert.Equal(Math.ScaleB(1, 370), Of("log(x)", ("x", Math.ScaleB(1, -370))).ByComplexStep([1]));

    [Fact]
    public void A_derivative_of_zero_has_no_sign() => Assert.False(double.IsNegative(Of("-(0*x)", ("x", 1)).ByComplexStep([1])));

    [Fact]
    public void An_exact_argument_adds_no_error_to_an_infinite_partial() =>
        Assert.Equal(new(0, 0), RunningError.Apply(new Pow(0.5), RunningError.Constant(0)));

    [Fact]
    public void A_bracket_has_bounds_of_the_value_and_of_each_derivative() => Assert.Equal(
        new(Bounds.Of(6), [Bounds.Of(3), Bounds.Of(2)]), Bracket.Compute(Of("a*b", ("a", 2), ("b", 3))));

    private static ScalarFunction Of(string formula, params (string Name, double Value)[] point) =>
        ScalarFunction.Of(Formula.Parse(formula).OrThrow(), [.. point]).OrThrow();
}
