using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>The power of two variables: value and derivatives, at the edges of its domain as well.</summary>
public class PowerFacts
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN;

    // x, y, xʸ, its derivatives by x and y, and its second derivative by x.
    public static TheoryData<double, double, double, double, double, double> Table => new()
    {
        { 2, 3, 8, 12, 8 * 0.6931471805599453, 12 },
        { -2, 3, -8, 12, NaN, -12 }, // A negative base: only whole exponents have a value, so there is no derivative by the exponent.
        { -2, 2, 4, -4, NaN, 2 },
        { -2, -1, -0.5, -0.25, NaN, -0.25 },
        { -2, 0, 1, 0, NaN, 0 },
        { -2, 0.5, NaN, NaN, NaN, NaN },
        { 0, 0, 1, 0, 0, 0 },
        { 0, 1, 0, 1, 0, 0 },
        { 0, 2, 0, 0, 0, 2 },
        { 0, 3, 0, 0, 0, 0 },
        { 0, 0.5, 0, Inf, 0, -Inf },
        { 0, -1, Inf, -Inf, NaN, Inf },
        { 1, Inf, 1, Inf, 0, Inf },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_power_has_this_value_and_these_derivatives(double x, double y, double value, double byX, double byY, double twiceByX)
    {
        var (baseOf, exponent) = (Value<Real>.Variable(new(x)), Value<Real>.Variable(new(y)));
        var power = baseOf.Pow(exponent);
        var gradient = power.Backward();
        var (moving, still) = (new Dual<Real>(new(x), new(1)), Dual<Real>.Constant(y));
        Assert.Equal(value, power.Plain);
        Assert.Equal(byX, gradient[baseOf].Plain);
        Assert.Equal(byY, gradient[exponent].Plain);
        Assert.Equal(byX, moving.Pow(still).Tangent.Plain);
        Assert.Equal(byY, Dual<Real>.Constant(x).Pow(new Dual<Real>(new(y), new(1))).Tangent.Plain);
        Assert.Equal(twiceByX, SecondByX(x, y));
        Assert.Equal(twiceByX, SecondByXForward(x, y));
    }

    // A whole exponent has derivatives of every order at 0, where xʸ⁻¹ would be infinite and its factor 0.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 6)]
    public void The_third_derivative_of_a_whole_power_is_finite_at_0(double y, double expected)
    {
        Variable x = new("x", Shape.Scalar), k = new("k", Shape.Scalar);
        var third = x.Pow(k).Backward()[x].Backward()[x].Backward()[x];
        Assert.Equal(expected, At(third, (x, 0), (k, y)));
    }

    // 1e-13 is some 30 roundings of numbers below 50.
    [Theory]
    [InlineData(2, 3)]
    [InlineData(-2, 3)]
    [InlineData(0.3, -1.7)]
    [InlineData(0, 2)]
    public void The_complex_step_by_the_base_agrees(double x, double y) => Assert.Equal(
        y * Math.Pow(x, y - 1), ComplexStep.Off(x, 1).Pow(ComplexStep.Constant(y)).Derivative, 1e-13);

    [Theory]
    [InlineData(2, 3, 5.545177444479562)]
    [InlineData(0, 2, 0)]
    [InlineData(-2, 3, double.NaN)]
    public void The_complex_step_by_the_exponent_agrees_where_the_base_is_not_negative(double x, double y, double expected) =>
        Assert.Equal(expected, ComplexStep.Constant(x).Pow(ComplexStep.Off(y, 1)).Derivative, 1e-14);

    private static double SecondByX(double x, double y)
    {
        Variable b = new("b", Shape.Scalar), k = new("k", Shape.Scalar);
        return At(b.Pow(k).Backward()[b].Backward()[b], (b, x), (k, y));
    }

    private static double SecondByXForward(double x, double y) =>
        new Dual<Dual<Real>>(new(new(x), new(1)), Dual<Real>.Constant(1)).Pow(Dual<Dual<Real>>.Constant(y)).Tangent.Tangent.Plain;

    private static double At(Expr expression, params (Variable Variable, double Value)[] values) => expression.Evaluate(values.Aggregate(
        Autograd.Environment<Real>.Of(Inputs.None),
        (bound, pair) => bound.With(pair.Variable, new(1, 1, [new(pair.Value)]))))[0, 0].Plain;

    [Theory]
    [InlineData(1, 2, 0, 2)]
    [InlineData(2, 2, -4, 0)]
    [InlineData(3, 2, 0, -8)]
    [InlineData(3, -2, 0, 8)]
    [InlineData(-1, 2, 0, -0.5)]
    [InlineData(-1, -2, 0, 0.5)]
    public void A_whole_power_of_an_imaginary_number_is_exact(double k, double y, double real, double imaginary) =>
        Assert.Equal(new(real, imaginary), new Pow(k).Forward(new Complex(0, y)));

    // (3 + 4i)² = -7 + 24i, and the square root of this number. The angle and the modulus round a few times.
    [Theory]
    [InlineData(2, 3, 4, -7, 24)]
    [InlineData(-1, 3, 4, 0.12, -0.16)]
    [InlineData(0.5, 7, 24, 4, 3)]
    public void A_power_of_a_complex_number_has_its_modulus_and_its_angle(double k, double x, double y, double real, double imaginary)
    {
        var power = new Pow(k).Forward(new Complex(x, y));
        Assert.Equal(real, power.Real, 1e-13);
        Assert.Equal(imaginary, power.Imaginary, 1e-13);
    }

    // iʸ = e^(y·iπ/2).
    [Fact]
    public void A_power_of_i_has_a_complex_exponent()
    {
        var power = new Power().Forward(new Complex(0, 1), new Complex(2, 0.5));
        Assert.Equal(-Math.Exp(-Math.PI / 4), power.Real, 1e-15);
        Assert.Equal(0, power.Imaginary, 1e-15);
    }

    // An end is at most four numbers outside.
    [Theory]
    [InlineData(2, 3, 1, 2, 2, 9)]
    [InlineData(2, 4, -1, 0.5, 0.25, 2)]
    [InlineData(0, 1, 1, 2, 0, 1)]
    [InlineData(0, 1, 0, 2, double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(-1, 1, 1, 2, double.NegativeInfinity, double.PositiveInfinity)]
    public void A_power_of_a_positive_bracket_is_bracketed_at_its_corners(
        double low, double high, double least, double most, double from, double to)
    {
        var power = new Power().Forward(new Bounds(low, high), new Bounds(least, most));
        Assert.True(power.Contains(from) && power.Contains(to));
        Assert.Equal(from, power.Low, 1e-14);
        Assert.Equal(to, power.High, 1e-14);
    }
}
