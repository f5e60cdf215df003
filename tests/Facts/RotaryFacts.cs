using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>Rotary positions keep lengths and make scores depend on distances.</summary>
public class RotaryFacts
{
    private const int Positions = 12, Columns = 8;

    private static readonly Heads Heads = new(Count: 2, BlockSize: Positions);
    private static readonly Variable X = new("x", new(Extent.Positions, Columns)), Y = new("y", X.Shape);

    [Fact]
    public void The_first_position_is_not_rotated() => Assert.Equal(Row(0), Row(X.Rotate(Heads), At(0)));

    // At d = 4, the two angles are p and p/100.
    [Fact]
    public void Each_pair_is_rotated_by_its_angle()
    {
        var (x, rotated) = (Row(0), Row(X.Rotate(Heads), At(3)));
        for (var j = 0; j < Columns; j += 2)
        {
            var angle = j % 4 == 0 ? 3 : 0.03;
            Assert.Equal(x[j] * Math.Cos(angle) - x[j + 1] * Math.Sin(angle), rotated[j], 1e-15);
            Assert.Equal(x[j] * Math.Sin(angle) + x[j + 1] * Math.Cos(angle), rotated[j + 1], 1e-15);
        }
    }

    [Fact]
    public void The_rotation_back_is_the_inverse()
    {
        var there = X.Rotate(Heads);
        var back = Row(new Application(new Rotate(Heads, Back: true), there), At(7));
        Assert.All(Row(0).Zip(back), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-15));
    }

    [Fact]
    public void A_rotation_prints_its_direction() => Assert.Equal(
        ["rotate(2 heads)", "rotate-back(2 heads)"], ((bool[])[false, true]).Select(back => new Rotate(Heads, back).Name));

    // The angles are at most 11. A cosine or sine errs by the rounding of its angle, 1e-15, and entries are at most 1.
    [Fact]
    public void The_product_of_a_query_and_a_key_depends_on_their_distance_only()
    {
        for (var distance = 0; distance < 6; distance++)
        {
            var products = Enumerable.Range(0, Positions - distance)
                .Select(p => Row(Y.Rotate(Heads), At(p + distance)).Zip(Row(X.Rotate(Heads), At(p)), (q, k) => q * k).Sum()).ToArray();
            Assert.All(products, product => Assert.Equal(products[0], product, 1e-13));
        }
    }

    [Fact]
    public void A_position_outside_the_block_is_refused()
    {
        var rotated = X.Rotate(new Heads(Count: 2, BlockSize: 3));
        var compiled = CompiledEvaluation.Compile<float>([rotated], documents: 1, positions: 6);
        Assert.Equal("Position 3 lies outside a block of 3.", Assert.Throws<ArgumentException>(() => rotated.Evaluate(At(3))).Message);
        Assert.Equal("Position 3 lies outside a block of 3.", Assert.Throws<ArgumentException>(() => compiled(At(3))).Message);
    }

    [Fact]
    public void An_odd_number_of_columns_in_a_head_is_refused() => Assert.Equal(
        "rotate(2 heads) does not fit [positions, 6].",
        Assert.Throws<ShapeException>(() => new Variable("x", new(Extent.Positions, 6)).Rotate(Heads)).Message);

    private static Environment<Real> At(int position) => Environment<Real>.Of(Inputs.Of(Packing.At(position)))
        .With(X, Matrix<Real>.Of(1, Columns, (_, j) => new(Row(0)[j]))).With(Y, Matrix<Real>.Of(1, Columns, (_, j) => new(Row(1)[j])));

    private static double[] Row(int seed) => [.. Enumerable.Range(1, Columns).Select(j => Math.Sin(j * (seed + 1)))];

    private static double[] Row(Expr expression, Environment<Real> here) =>
        [.. expression.Evaluate(here).Entries.Select(x => x.Plain)];
}
