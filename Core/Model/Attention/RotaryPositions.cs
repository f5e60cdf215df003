using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>
/// Rotary positions (Su et al., 2021). In each head, the columns 2m and 2m + 1 are the coordinates of a point in the plane. At position p,
/// this point is rotated by the angle p·10000^(-2m/d), where d is the number of columns of a head. After the rotation, the dot product of
/// a query and a key depends on the distance of their positions only. [positions, c] becomes [positions, c].
/// </summary>
/// <param name="Heads">The heads, which share the columns, and the block, in which all positions lie.</param>
/// <param name="Back">True for the rotation by the opposite angles, which is the inverse and the adjoint.</param>
public sealed record Rotate(Heads Heads, bool Back = false) : Multilinear
{
    private const double Base = 10000;

    public override string Name => $"rotate{(Back ? "-back" : "")}({Heads.Count} heads)";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var x] && x.Rows == Extent.Positions && x.Columns % (2 * Heads.Count) == 0 ? x : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, d) = (arguments[0], Heads.HeadDim(shape.Columns));
        return Matrix<T>.Of(x.Rows, x.Columns, (i, j) =>
        {
            var (own, partner) = Weights(Heads.PositionOf(inputs.Packing, i), j, d);
            return x[i, j] * own + x[i, j ^ 1] * partner;
        });
    }

    /// <summary>
    /// The weights of an entry's own value and of its partner's value in the rotated entry. The partner of column j is the other
    /// coordinate, in column j ^ 1.
    /// </summary>
    public (double Own, double Partner) Weights(int position, int column, int headDim)
    {
        var angle = position * Math.Pow(Base, -(double)(column % headDim / 2 * 2) / headDim);
        return (Math.Cos(angle), Math.Sin(angle) * (column % 2 == 0 ^ Back ? -1 : 1));
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => new Application(this with { Back = !Back }, cotangent);
}

/// <summary>Rotary positions, as a method.</summary>
public static class RotaryPositions
{
    extension(Expr x)
    {
        public Expr Rotate(Heads heads) => new Application(new Rotate(heads), x);
    }
}
