using System.Numerics;

namespace MicroGpt.Autograd;

/// <summary>
/// A complex number x + ih, where h is a tiny step off the real axis. The imaginary part of f(x + ih) is h·f'(x). No derivative rule is
/// used and nothing cancels, so the derivative is exact up to rounding (Squire and Trapp, 1998).
/// </summary>
public readonly record struct ComplexStep(double Plain, double Imaginary) : IEvaluated<ComplexStep>
{
    /// <summary>The step h = 2⁻⁴⁰⁰. It is so small that rounding loses terms in h², but so large that h·f'(x) does not underflow.</summary>
    public static readonly double Size = Math.ScaleB(1, -400);

    /// <summary>x + ih·<paramref name="tangent"/>.</summary>
    public static ComplexStep Off(double x, double tangent) => new(x, tangent * Size);

    /// <summary>The derivative along the direction of the step.</summary>
    public double Derivative => Imaginary / Size;

    public static ComplexStep Constant(double value) => new(value, 0);

    // The real part is computed with plain numbers, so it has the same bits as a plain evaluation and takes the same branches.
    public static ComplexStep Apply<TOp>(TOp op, ComplexStep x) where TOp : struct, IUnaryOp =>
        new(op.Forward(x.Plain), op.Forward(new Complex(x.Plain, x.Imaginary)).Imaginary);

    public static ComplexStep Apply<TOp>(TOp op, ComplexStep x, ComplexStep y) where TOp : struct, IBinaryOp =>
        new(op.Forward(x.Plain, y.Plain), op.Forward(new Complex(x.Plain, x.Imaginary), new Complex(y.Plain, y.Imaginary)).Imaginary);
}
