using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>Numbers modulo 2⁶¹ - 1.</summary>
public class ModularFacts
{
    private static readonly Modular Two = Modular.Constant(2), Three = Modular.Constant(3);

    // 2⁶¹ is 1, so 2ᵉ is 2 to the remainder of e.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(-3, Modular.Prime - 3)]
    [InlineData(1UL << 61, 1)]
    [InlineData(0.5, 1UL << 60)]
    [InlineData(double.Epsilon, 1UL << 24)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.NaN, 0)]
    public void A_number_has_its_residue(double number, ulong residue) => Assert.Equal(residue, Modular.Constant(number).Residue);

    [Fact]
    public void Arithmetic_is_that_of_rational_numbers()
    {
        Assert.Equal(Modular.Constant(-1), Two - Three);
        Assert.Equal(Modular.Constant(6), Two * Three);
        Assert.Equal(Two.Residue, (Two / Three * Three).Residue);
        Assert.Equal(Modular.Constant(1 << 20), Two.Pow(20));
        Assert.Equal(Modular.Constant(0.125), Two.Pow(-3));
    }

    // The part of the exponent behind the point makes a symbol, and the rest is a whole power.
    [Theory]
    [InlineData(0.5)]
    [InlineData(2.5)]
    [InlineData(-1.5)]
    public void A_power_that_is_not_whole_is_a_symbol_times_a_whole_power(double k)
    {
        Assert.Equal(Three.Pow(k).Residue, (Three * Three.Pow(k - 1)).Residue);
        Assert.NotEqual(Three.Pow(Math.Floor(k)).Residue, Three.Pow(k).Residue);
        Assert.NotEqual(Three.Pow(k).Residue, Three.Pow(k - 0.25).Residue);
    }

    [Fact]
    public void A_symbol_is_a_residue() =>
        Assert.All(Enumerable.Range(1, 9), k => Assert.InRange(Modular.Constant(k).Exp().Residue, 0UL, Modular.Prime - 1));

    [Fact]
    public void A_variable_is_a_symbol_of_its_name_and_number()
    {
        Assert.Equal(Modular.Variable("x", 2), Modular.Variable("x", 2));
        Assert.Equal(2, Modular.Variable("x", 2).Plain);
        Assert.Distinct(new[] { Two, Modular.Variable("x", 2), Modular.Variable("y", 2), Modular.Variable("x", 3) }
            .Select(number => number.Residue));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void The_plain_number_decides_the_branch(double plain, ulong residue) =>
        Assert.Equal(residue, new Modular(plain, 5).Relu().Residue);

    [Theory]
    [InlineData(double.NegativeInfinity, 1)]
    [InlineData(1, double.NegativeInfinity)]
    public void A_sum_with_infinity_is_a_constant(double x, double y) =>
        Assert.Equal(Modular.Constant(double.NegativeInfinity), Modular.Constant(x) + Modular.Constant(y));
}
