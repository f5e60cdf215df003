using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A copy of the argument, in a buffer of its own. A plan adds it where an output cannot be computed in its place.</summary>
public sealed record Copy : Elementwise
{
    public override string Name => "copy";

    public override double At(double x, double y) => x;

    public override int Branch(double x, double y) => 0;

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) => arguments[0];

    public override Expr Pullback(Application result, int k, Expr cotangent) => cotangent;

    public override Expr Pushforward(Application result, int k, Expr tangent) => tangent;
}
