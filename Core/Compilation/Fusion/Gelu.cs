using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>GELU in its tanh form, of each entry.</summary>
public sealed record Gelu : Fused
{
    public override string Name => "gelu";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x : null;
    public override Expr Definition(ImmutableArray<Expr> x) => x[0].Gelu();

    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [var x, Application { Operation: Pointwise<Sigmoid> }],
    } ? new(new Gelu(), x) : null;

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        new Application(new GeluPullback(), result.Arguments[0], cotangent);
}

/// <summary>The cotangent of x, given the cotangent dy of y = gelu(x): the derivative of gelu at x, times dy.</summary>
public sealed record GeluPullback : Fused
{
    public override string Name => "gelu-pullback";
    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x, var y] && x == y ? x : null;

    public override Expr Definition(ImmutableArray<Expr> x)
    {
        var place = new Variable("x", x[0].Shape);
        var derivative = place.Gelu().Vjp(new Constant(1, place.Shape))[place];
        return derivative.Substitute(new Dictionary<Variable, Expr> { [place] = x[0] }) * x[1];
    }

    // The last term of the derivative comes from x³.
    internal static Candidate? Pattern(Application node) => node is
    {
        Operation: Pairwise<Mul>,
        Arguments: [Application { Operation: Pairwise<Add>, Arguments: [_, Application { Arguments: [Application term, _] }] }, var dy],
    } && term.Arguments is [Application { Operation: Pointwise<Pow>, Arguments: [var x] }, _]
        ? new(new GeluPullback(), x, dy) : null;
}
