using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Browser;

/// <summary>A wrong partial of an operation: the partial with respect to one argument, times a factor.</summary>
/// <param name="Operation">The name of the operation.</param>
/// <param name="Argument">The index of the argument.</param>
/// <param name="Factor">The factor: -1 flips the sign, 0 drops the partial.</param>
internal sealed record WrongPartial(string Operation, int Argument, double Factor)
{
    /// <summary>The expression with this wrong partial in each node of the operation. Its value stays as it is.</summary>
    public Expr Break(Expr expression) => Rewriting.Rewrite([expression], variable => variable, constant => constant, Broken)[0];

    private Expr Broken(Application node) => node.Operation is Elementwise operation && operation.Name == Operation
        ? operation.Forward(node.Shape, [.. node.Arguments.Select(AsNumber)], Inputs.None)[0, 0].Expression
        : node;

    private Matrix<Breaking> AsNumber(Expr argument) => new(1, 1, [new(argument, this)]);
}

/// <summary>An expression as a kind of number whose operations have a wrong partial.</summary>
internal readonly record struct Breaking(Expr Expression, WrongPartial? Wrong) : IEvaluated<Breaking>
{
    public double Plain => throw new NotSupportedException("An expression is not computed yet.");

    public static Breaking Constant(double value) => new(Expr.Constant(value), null);

    public static Breaking Apply<TOp>(TOp op, Breaking x) where TOp : struct, IUnaryOp =>
        new(Expr.Apply(new BrokenUnary<TOp>(op, x.Wrong!), x.Expression), x.Wrong);

    public static Breaking Apply<TOp>(TOp op, Breaking x, Breaking y) where TOp : struct, IBinaryOp =>
        new(Expr.Apply(new BrokenBinary<TOp>(op, x.Wrong!), x.Expression, y.Expression), x.Wrong);
}

/// <summary>An operation whose derivative is wrong.</summary>
internal readonly record struct BrokenUnary<TOp>(TOp Op, WrongPartial Wrong) : IUnaryOp where TOp : struct, IUnaryOp
{
    public string Name => Op.Name;
    public double Forward(double x) => Op.Forward(x);
    public Complex Forward(Complex x) => Op.Forward(x);
    public Bounds Forward(Bounds x) => Op.Forward(x);
    public int Branch(double x) => Op.Branch(x);
    public T Partial<T>(T x, T y) where T : IReal<T> => Op.Partial(x, y) * Wrong.Factor;
}

/// <summary>An operation of which one partial is wrong.</summary>
internal readonly record struct BrokenBinary<TOp>(TOp Op, WrongPartial Wrong) : IBinaryOp where TOp : struct, IBinaryOp
{
    public string Name => Op.Name;
    public double Forward(double x, double y) => Op.Forward(x, y);
    public Complex Forward(Complex x, Complex y) => Op.Forward(x, y);
    public Bounds Forward(Bounds x, Bounds y) => Op.Forward(x, y);
    public int Branch(double x, double y) => Op.Branch(x, y);

    public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T>
    {
        var (dx, dy) = Op.Partials(x, y, z);
        return Wrong.Argument == 0 ? (dx * Wrong.Factor, dy) : (dx, dy * Wrong.Factor);
    }
}
