namespace MicroGpt.Autograd;

/// <summary>
/// A number and a bound of its rounding error (running error analysis, Wilkinson 1963). Each argument's error is
/// multiplied by the absolute value of the partial. The error of a result is the sum of these products, plus one rounding, plus a term of
/// second order if there are two arguments. A <see cref="Value{T}"/> of such numbers bounds the rounding error of each gradient as well.
/// </summary>
public readonly record struct RunningError(double Plain, double Error) : IEvaluated<RunningError>
{
    // The relative error of one rounding: two units in the last place, because .NET's exp, log and pow do not always round to nearest.
    private const double Unit = 1.0 / (1L << 51);

    /// <summary>A number that was rounded once.</summary>
    public static RunningError Once(double value) => Of(value, 0);

    public static RunningError Constant(double value) => new(value, 0);

    public static RunningError Apply<TOp>(TOp op, RunningError x) where TOp : struct, IUnaryOp
    {
        var y = op.Forward(x.Plain);
        return Of(y, Inherited(op.Partial<Real>(new(x.Plain), new(y)), x));
    }

    public static RunningError Apply<TOp>(TOp op, RunningError x, RunningError y) where TOp : struct, IBinaryOp
    {
        var z = op.Forward(x.Plain, y.Plain);
        var (dx, dy) = op.Partials<Real>(new(x.Plain), new(y.Plain), new(z));
        // The second-order term of a product. If both factors are 0 apart from their errors, it is the whole error. Each error is
        // limited to 1 in this term, so that repeated squaring cannot overflow.
        var product = Math.Min(1, x.Error) * Math.Min(1, y.Error);
        return Of(z, Inherited(dx, x) + Inherited(dy, y) + product);
    }

    // An exact argument adds no error, even if the partial is infinite or NaN.
    private static double Inherited(Real partial, RunningError x) => x.Error == 0 ? 0 : Math.Abs(partial.Plain) * x.Error;

    // An infinite value, such as the -∞ of an attention mask, is not rounded, so it adds no error.
    private static RunningError Of(double value, double inherited) =>
        new(value, inherited + (double.IsFinite(value) ? Unit * Math.Abs(value) : 0));
}
