using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Training;

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
        var adam = new Adam { Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon };
        var (updated, slots) = adam.Step(p, g, [x[2], x[3]], [.. x.Skip(Matrices).Select(scalar => scalar.Broadcast(p.Shape))]);
        return [updated, .. slots, g.Dot(g)];
    }

    /// <summary>The arguments of the update that a new parameter may be the first result of.</summary>
    internal static Candidate? Pattern(Application updated) => updated is
    {
        Operation: Pairwise<Add>,
        Arguments: [var p, Application
        {
            Operation: Pairwise<Mul>, Arguments: [Application
            {
                Operation: Pairwise<Quotient>,
                Arguments: [Application { Arguments: [var rate, Application { Arguments: [Application m, var bias1] }] }, Application
                {
                    Arguments: [Application { Arguments: [Application { Arguments: [Application v, var bias2] }] }, Constant epsilon],
                }],
            }, Constant]
        }],
    }
    && m.Arguments is [Application { Arguments: [Constant beta1, var oldM] }, Application { Arguments: [Constant, var g] }]
    && v.Arguments is [Application { Arguments: [Constant beta2, var oldV] }, Application]
        ? new(new AdamUpdate(beta1.Value, beta2.Value, epsilon.Value), p, g, oldM, oldV, Scalar(rate), Scalar(bias1), Scalar(bias2)) : null;

    private static Expr Scalar(Expr x) => x is Application
    {
        Operation: RepeatRows,
        Arguments: [Application { Operation: RepeatGroups, Arguments: [var scalar] }],
    } ? scalar : x;

    protected override Extent RowsOf(int k, Shape result, int rows) => rows;
}
