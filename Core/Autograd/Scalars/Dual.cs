namespace MicroGpt.Autograd;

/// <summary>
/// A primal and its tangent. A formula of dual numbers computes its value and its derivative along one direction (forward mode, JVP).
/// </summary>
public readonly partial record struct Dual<T>(T Primal, T Tangent) : IEvaluated<Dual<T>> where T : IEvaluated<T>
{
    public double Plain => Primal.Plain;

    public static Dual<T> Constant(double value) => new(T.Constant(value), T.Constant(0));

    public static Dual<T> Apply<TOp>(TOp op, Dual<T> x) where TOp : struct, IUnaryOp
    {
        var y = T.Apply(op, x.Primal);
        return new(y, op.Partial(x.Primal, y) * x.Tangent);
    }

    public static Dual<T> Apply<TOp>(TOp op, Dual<T> x, Dual<T> y) where TOp : struct, IBinaryOp
    {
        var z = T.Apply(op, x.Primal, y.Primal);
        var (dx, dy) = op.Partials(x.Primal, y.Primal, z);
        return new(z, dx * x.Tangent + dy * y.Tangent);
    }

    public override string ToString() => $"({Primal} + {Tangent}ε)";
}
