using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// Adam's update of a parameter matrix p by its gradient g. The arguments are p, g, the moments m and v, all of the same shape, and three
/// scalars: the learning rate, 1 - β₁ᵗ and 1 - β₂ᵗ. The results are p, m and v after the update, and the squared norm Σg².
/// </summary>
public sealed record AdamUpdate(double Beta1, double Beta2, double Epsilon) : FusedFamily
{
    /// <summary>The index of the result Σg². The results before it are the new p, m and v.</summary>
    public const int SquaredNorm = 3;

    /// <summary>The number of arguments that are matrices: p, g, m and v.</summary>
    public const int Matrices = 4;

    public override string Name => Result switch { 0 => "adam", 1 => "adam-m", 2 => "adam-v", _ => "adam-norm" };

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments is [var p, var g, var m, var v, var rate, var bias1, var bias2] && p == g && p == m && p == v
            && rate == Shape.Scalar && bias1 == Shape.Scalar && bias2 == Shape.Scalar ? Result < SquaredNorm ? p : Shape.Scalar : null;

    public override ImmutableArray<Expr> Definitions(ImmutableArray<Expr> x)
    {
        var (p, g) = (x[0], x[1]);
        var (rate, bias1, bias2) = (Broadcast(x[4]), Broadcast(x[5]), Broadcast(x[6]));
        var m = Beta1 * x[2] + (1 - Beta1) * g;
        var v = Beta2 * x[3] + (1 - Beta2) * g.Pow(2);
        return [p - rate * (m / bias1) / ((v / bias2).Pow(0.5) + Epsilon), m, v, g.Dot(g)];

        Expr Broadcast(Expr scalar) => new Constant(1, p.Shape with { Columns = 1 }).Times(scalar).RepeatGroups(p.Shape.Columns);
    }

    protected override Extent RowsOf(int k, Shape result, int rows) => rows;
}
