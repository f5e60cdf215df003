using MicroGpt.Autograd;
using MicroGpt.Properties;

namespace MicroGpt.Facts;

/// <summary>Guaranteed bounds: the errors that they assume are larger than those measured, and edge cases say nothing.</summary>
public class IntervalFacts
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN;

    private static readonly Bounds Nothing = Bounds.Everything;

    // Properties/README.md has the measured errors, beside those that are assumed.
    [Fact]
    public void Exp_log_and_pow_are_at_most_one_unit_in_the_last_place_off()
    {
        Assert.All(Arguments(-700, 700), x => Assert.InRange(BigFloat.Exp(x).UnitsFrom(Math.Exp(x)), 0, 1));
        Assert.All(Arguments(-700, 700), x => Assert.InRange(BigFloat.Log(Math.Exp(x)).UnitsFrom(Math.Log(Math.Exp(x))), 0, 1));
        foreach (var k in (double[])[-2, -1, -0.5, 0.5, 1.7, 2, 3])
            Assert.All(Arguments(-200, 200).Where((_, i) => i % 7 == 0), x =>
                Assert.InRange(BigFloat.Pow(Math.Exp(x), k).UnitsFrom(Math.Pow(Math.Exp(x), k)), 0, 1));
    }

    // All three are constant or linear far from 0.
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(700)]
    public void Tanh_the_sigmoid_and_softplus_are_at_most_four_units_in_the_last_place_off(double largest) =>
        Assert.All(Arguments(-largest, largest), x =>
        {
            Assert.InRange(BigFloat.Tanh(x).UnitsFrom(Math.Tanh(x)), 0, 4);
            Assert.InRange(BigFloat.Sigmoid(x).UnitsFrom(new Sigmoid().Forward(x)), 0, 4);
            Assert.InRange(BigFloat.Softplus(x).UnitsFrom(new Softplus().Forward(x)), 0, 4);
        });

    // log near 1 is small: its digits are those of x - 1.
    [Fact]
    public void Log_near_1_is_at_most_one_unit_in_the_last_place_off() => Assert.All(
        Arguments(-1, 1).Select(x => 1 + x * x * x / 8), x => Assert.InRange(BigFloat.Log(x).UnitsFrom(Math.Log(x)), 0, 1));

    // A power where x itself is a bracket, which ends on either side of 0, at 0, and beyond.
    public static TheoryData<double, double, double, Bounds> Powers => new()
    {
        { -1, 2, 2, new(0, 4) },
        { -3, -2, 2, new(4, 9) },
        { -3, -2, 3, new(-27, -8) },
        { -1, 2, 3, new(-1, 8) },
        { -4, -2, -1, new(-0.5, -0.25) },
        { -4, -2, -2, new(1 / 16.0, 0.25) },
        { -1, 2, -1, Nothing },
        { 0, 2, -1, Nothing },
        { 0, 4, 0.5, new(0, 2) },
        { -1, 4, 0.5, Nothing },
        { -1, 4, 0, new(1, 1) },
        { -1, 4, Inf, Nothing },
    };

    [Theory, MemberData(nameof(Powers))]
    public void A_power_of_a_bracket_is_within_these_bounds(double low, double high, double k, Bounds expected)
    {
        foreach (var found in (Bounds[])[new Pow(k).Forward(new Bounds(low, high)), new Power().Forward(new(low, high), Bounds.Of(k))])
        {
            Assert.Equal(expected.SayNothing, found.SayNothing);
            if (expected.SayNothing) continue;
            Assert.InRange(found.Low, expected.Low - 1e-13, expected.Low);
            Assert.InRange(found.High, expected.High, expected.High + 1e-13);
        }
    }

    [Fact]
    public void An_exact_result_is_a_bracket_of_one_number()
    {
        Assert.Equal(new(5, 5), new Bounds(2, 2) + new Bounds(3, 3));
        Assert.Equal(new(-6, -6), new Bounds(2, 2) * new Bounds(-3, -3));
        Assert.Equal(new(0, 0), new Bounds(0, 0) * new Bounds(-1e300, 1e300));
        Assert.Equal(new(0.3, Math.BitIncrement(0.3)), new Bounds(0.1, 0.1) + new Bounds(0.2, 0.2));
    }

    [Theory]
    [InlineData(1, 2, 1, 2)]
    [InlineData(-3, -2, 2, 3)]
    [InlineData(-1, 2, 0, 2)]
    [InlineData(-3, 2, 0, 3)]
    public void Sizes_are_bracketed(double low, double high, double least, double most) =>
        Assert.Equal(new(least, most), new Bounds(low, high).Absolute);

    [Fact]
    public void Bounds_around_a_value_reach_four_numbers_to_either_side_for_each_unit()
    {
        Assert.Equal(Bounds.Of(1), Bounds.Around(1, units: 0));
        Assert.Equal(new(1 - 4 * Math.ScaleB(1, -53), 1 + 4 * Math.ScaleB(1, -52)), Bounds.Around(1, units: 1));
        Assert.Equal(new(1 - 8 * Math.ScaleB(1, -53), 1 + 8 * Math.ScaleB(1, -52)), Bounds.Around(1, units: 2));
    }

    [Fact]
    public void Bounds_meet_in_a_number()
    {
        Bounds one = new(0, 1), next = new(1, 2), far = new(3, 4);
        Assert.Equal([true, true, false, false], [one.Meet(next), next.Meet(one), one.Meet(far), far.Meet(one)]);
        Assert.Equal([1, 0, 0], [one.Width, Bounds.Of(2).Width, Bounds.Of(Inf).Width]);
    }

    [Fact]
    public void A_bound_on_one_side_says_something()
    {
        Assert.False(new Bounds(-Inf, 1).SayNothing || new Bounds(1, Inf).SayNothing);
        Assert.False(new Bounds(-Inf, 1).Contains(2) || new Bounds(1, Inf).Contains(0));
    }

    // The largest number here is 2 at least.
    [Fact]
    public void Bounds_wider_than_a_millionth_of_a_number_say_nothing_of_it()
    {
        Bounds[] bounds = [new(-3, -2), new(0, 1e300), new(1, Inf), Nothing, Bounds.Of(Inf), new(1, 1 + 1e-6), new(1, 1 + 3e-6)];
        Assert.Equal(2, Bounds.LargestSize(bounds));
        Assert.Equal([true, true, true, true, false, false, true], bounds.Select(x => x.SayNothingOf(2)));
        Assert.Equal([false, true], [Bounds.Of(0).SayNothingOf(0), new Bounds(0, double.Epsilon).SayNothingOf(0)]);
    }

    // The last bit of the smaller number's square is 2⁻¹¹⁴⁴, which double precision does not have.
    [Fact]
    public void The_error_of_a_small_product_is_unknown()
    {
        var (small, smaller) = (Math.ScaleB(1, -480), Math.ScaleB(1 + Math.ScaleB(1, -52), -520));
        Assert.True((Bounds.Of(small) * Bounds.Of(small)).IsPoint);
        Assert.False((Bounds.Of(smaller) * Bounds.Of(smaller)).IsPoint);
    }

    [Fact]
    public void What_may_be_NaN_says_nothing()
    {
        Bounds wide = new(-1, 1), infinite = new(1, Inf);
        Assert.Equal(
            [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing],
            [Bounds.Of(NaN), infinite * new Bounds(0, 0), new Bounds(Inf, Inf) + new Bounds(-Inf, -Inf), Bounds.Of(1) / wide,
                new Log().Forward(wide), new Power().Forward(wide, wide), new Reciprocal().Forward(new Bounds(0, 1))]);
        Assert.True(Nothing.Contains(NaN));
        Assert.False(wide.Contains(NaN));
    }

    // A kink within a bracket leaves both slopes open; relu's argument decides elsewhere.
    [Theory]
    [InlineData(-1, 2, 0, 1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 2, 1, 1)]
    [InlineData(-2, -1, 0, 0)]
    public void The_derivative_of_relu_is_bracketed_at_a_kink(double low, double high, double least, double most)
    {
        var x = Value<Interval>.Variable(new(high, new(low, high)));
        Assert.Equal(new(least, most), x.Relu().Backward()[x].Bounds);
    }

    [Fact]
    public void Iszero_is_bracketed()
    {
        Assert.Equal(new(0, 1), new IsZero().Forward(new Bounds(-1, 1)));
        Assert.Equal(new(1, 1), new IsZero().Forward(new Bounds(0, 0)));
        Assert.Equal(new(0, 0), new IsZero().Forward(new Bounds(1, 2)));
    }

    [Fact]
    public void A_power_keeps_what_is_certain()
    {
        Assert.Equal(Bounds.Of(1), new Pow(0).Forward(new Bounds(-1, 1)));
        Assert.Equal(0, new Pow(3).Forward(new Bounds(0, 1)).Low);
    }

    // After NaN nothing is known, although iszero of NaN is 0.
    [Fact]
    public void What_follows_from_nothing_says_nothing() =>
        Assert.Equal(Nothing, (Interval.Constant(-1).Log().IsZero() * 0.0).Bounds);

    [Fact]
    public void An_overflow_is_bracketed_from_below() => Assert.Equal(
        new(double.MaxValue, Inf), new Bounds(double.MaxValue, double.MaxValue) * new Bounds(2, 2));

    private static IEnumerable<double> Arguments(double low, double high) =>
        Enumerable.Range(0, 2001).Select(i => low + (high - low) * (i + 0.5) / 2001);
}
