namespace MicroGpt.Autograd;

/// <summary>
/// A primal and its tangent. A formula of dual numbers computes its value and its derivative along one direction (forward mode, JVP).
/// </summary>
public readonly partial record struct Dual<T>(T Primal, T Tangent) : IEvaluated<Dual<T>> where T : IEvaluated<T>
{
    private Dual(T constant) : this(constant, T.Constant(0)) => IsConstant = true;

    // A constant passes no tangent on, because its tangent 0 times an infinite partial would be NaN.
    private bool IsConstant { get; }

    public double Plain => Primal.Plain;

    public static Dual<T> Constant(double value) => new(T.Constant(value));

    public static Dual<T> Apply<TOp>(TOp op, Dual<T> x) where TOp : struct, IUnaryOp
    {
        var y = T.Apply(op, x.Primal);
        return x.IsConstant ? new(y) : new(y, op.Partial(x.Primal, y) * x.Tangent);
    }

    public static Dual<T> Apply<TOp>(TOp op, Dual<T> x, Dual<T> y) where TOp : struct, IBinaryOp
    {
        var z = T.Apply(op, x.Primal, y.Primal);
        if (x.IsConstant && y.IsConstant) return new(z);
        var (dx, dy) = op.Partials(x.Primal, y.Primal, z);
        return new(z, x.IsConstant ? dy * y.Tangent : y.IsConstant ? dx * x.Tangent : dx * x.Tangent + dy * y.Tangent);
    }

    public override string ToString() => $"({Primal} + {Tangent}ε)";
}
