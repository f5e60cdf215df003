using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>
/// A number and its amplification: the derivative with absolute values in place of the partials, Σ over paths of Π|partial|. Rounding
/// errors of a derivative are relative to the amplification, not to the derivative, whose terms may cancel.
/// </summary>
public readonly record struct Amplified(double Plain, double Amplification) : IEvaluated<Amplified>
{
    public static Amplified Constant(double value) => new(value, 0);

    public static Amplified Apply<TOp>(TOp op, Amplified x) where TOp : struct, IUnaryOp
    {
        var y = op.Forward(x.Plain);
        return new(y, Math.Abs(op.Partial<Real>(new(x.Plain), new(y)).Plain) * x.Amplification);
    }

    public static Amplified Apply<TOp>(TOp op, Amplified x, Amplified y) where TOp : struct, IBinaryOp
    {
        var z = op.Forward(x.Plain, y.Plain);
        var (dx, dy) = op.Partials<Real>(new(x.Plain), new(y.Plain), new(z));
        return new(z, Math.Abs(dx.Plain) * x.Amplification + Math.Abs(dy.Plain) * y.Amplification);
    }
}
