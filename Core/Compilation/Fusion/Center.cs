using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>Each row minus its mean: the first half of layer normalization. It is linear, and its own adjoint.</summary>
public sealed record Center : Fused
{
    public override string Name => "center";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x : null;

    public override Expr Definition(ImmutableArray<Expr> x)
    {
        var columns = x[0].Shape.Columns;
        return x[0] - (x[0].SumGroups(1) / columns).RepeatGroups(columns);
    }

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Add>,
        Arguments: [var x, Application { Operation: Pairwise<Mul>, Arguments: [Application { Operation: RepeatGroups }, Constant] }],
    } ? new(new Center(), x) : null;

    public override Expr Pullback(Application result, int k, Expr cotangent) => new Application(this, cotangent);
}
