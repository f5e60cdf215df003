using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>An operation that computes each entry of its result from the entries of its arguments at the same place.</summary>
public abstract record Elementwise : Operation
{
    /// <summary>Computes an entry of the result from the entries x and y of the arguments. A unary operation ignores y.</summary>
    public abstract double At(double x, double y);

    /// <summary>The number of the smooth piece on which (x, y) lies; 0 if the operation has no kink.</summary>
    public abstract int Branch(double x, double y);

    /// <summary>True if the corners of the rectangle x × y lie on different smooth pieces, so that a kink is between them.</summary>
    public bool HasKink((double Low, double High) x, (double Low, double High) y) =>
        Branch(x.Low, y.Low) is var branch
        && (Branch(x.Low, y.High) != branch || Branch(x.High, y.Low) != branch || Branch(x.High, y.High) != branch);
}

/// <summary>A scalar operation of one argument, applied elementwise.</summary>
public sealed record Pointwise<TOp>(TOp Op) : Elementwise where TOp : struct, IUnaryOp
{
    public override string Name => Op.Name;

    public override double At(double x, double y) => Op.Forward(x);

    public override int Branch(double x, double y) => Op.Branch(x);

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x] ? x : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        arguments[0].Map(x => T.Apply(Op, x));

    public override Expr Pullback(Application result, int k, Expr cotangent) => Op.Partial(result.Arguments[0], (Expr)result) * cotangent;

    public override Expr Pushforward(Application result, int k, Expr tangent) => Pullback(result, k, tangent);
}

/// <summary>A scalar operation of two arguments of the same shape, applied elementwise.</summary>
public sealed record Pairwise<TOp>(TOp Op) : Elementwise where TOp : struct, IBinaryOp
{
    public override string Name => Op.Name;

    public override double At(double x, double y) => Op.Forward(x, y);

    public override int Branch(double x, double y) => Op.Branch(x, y);

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x, var y] && x == y ? x : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        arguments[0].Zip(arguments[1], (x, y) => T.Apply(Op, x, y));

    public override Expr Pullback(Application result, int k, Expr cotangent)
    {
        var (dx, dy) = Op.Partials(result.Arguments[0], result.Arguments[1], (Expr)result);
        return (k == 0 ? dx : dy) * cotangent;
    }

    public override Expr Pushforward(Application result, int k, Expr tangent) => Pullback(result, k, tangent);
}

// An expression is also a kind of number. Scalar operations apply to each of its entries.
public abstract partial class Expr : IReal<Expr>
{
    public static Expr Constant(double value) => new Constant(value, Shape.Scalar);

    public static Expr Apply<TOp>(TOp op, Expr x) where TOp : struct, IUnaryOp => new Application(new Pointwise<TOp>(op), x);

    public static Expr Apply<TOp>(TOp op, Expr x, Expr y) where TOp : struct, IBinaryOp =>
        new Application(new Pairwise<TOp>(op), x.BroadcastScalar(y), y.BroadcastScalar(x));

    // The operators are members of Expr, so that C# and F# find them for subtypes of Expr too, such as Variable.
    public static Expr operator +(Expr x, Expr y) => Operations.op_Addition(x, y);
    public static Expr operator +(Expr x, double c) => Operations.op_Addition(x, c);
    public static Expr operator +(double c, Expr x) => Operations.op_Addition(c, x);
    public static Expr operator -(Expr x, Expr y) => Operations.op_Subtraction(x, y);
    public static Expr operator -(Expr x, double c) => Operations.op_Subtraction(x, c);
    public static Expr operator -(double c, Expr x) => Operations.op_Subtraction(c, x);
    public static Expr operator *(Expr x, Expr y) => Operations.op_Multiply(x, y);
    public static Expr operator *(Expr x, double c) => Operations.op_Multiply(x, c);
    public static Expr operator *(double c, Expr x) => Operations.op_Multiply(c, x);
    public static Expr operator /(Expr x, Expr y) => Operations.op_Division(x, y);
    public static Expr operator /(Expr x, double c) => Operations.op_Division(x, c);
    public static Expr operator /(double c, Expr x) => Operations.op_Division(c, x);
    public static Expr operator -(Expr x) => Operations.op_UnaryNegation(x);

    // A scalar constant is broadcast to the shape of the other operand.
    private Expr BroadcastScalar(Expr other) =>
        this is Constant { Shape: var shape } c && shape == Shape.Scalar && other.Shape != shape
            ? new Constant(c.Value, other.Shape) : this;
}
