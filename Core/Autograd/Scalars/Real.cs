namespace MicroGpt.Autograd;

/// <summary>A plain number. A formula of plain numbers computes only its value.</summary>
public readonly partial record struct Real(double Plain) : IEvaluated<Real>
{
    public static Real Constant(double value) => new(value);
    public static Real Apply<TOp>(TOp op, Real x) where TOp : struct, IUnaryOp => new(op.Forward(x.Plain));
    public static Real Apply<TOp>(TOp op, Real x, Real y) where TOp : struct, IBinaryOp => new(op.Forward(x.Plain, y.Plain));
    public override string ToString() => FormattableString.Invariant($"{Plain}");
}
