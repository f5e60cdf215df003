using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>Unit roundoffs, and the errors that computation in a precision may have.</summary>
public static class Tolerance
{
    /// <summary>Half a unit in the last place of 1.</summary>
    public const double OfDouble = 1.0 / (1L << 53), OfSingle = 1.0 / (1L << 24);

    /// <summary>The ratio of the unit roundoff of a precision to that of double precision.</summary>
    public static double Units(double precision) => precision / OfDouble;

    /// <summary>
    /// The error of flushing to zero: 2⁻⁸⁰ in single precision and 2⁻⁹⁰⁰ in double, times 10,000, since a formula may amplify it. Kernels
    /// flush because arithmetic on subnormals is slow.
    /// </summary>
    public static double OfFlushToZero(double precision) => 1e4 * Math.ScaleB(1, precision == OfDouble ? -900 : -80);

    /// <summary>The error that a number may have in a precision, given its running error in double precision.</summary>
    public static double Bound(double precision, double error) => Units(precision) * error + OfFlushToZero(precision);

    /// <summary>
    /// True if running errors bound the effect of rounding. They do not if rounding decides the sign of relu's argument, and so its
    /// derivative, nor for a power of a number that is pure rounding error. They do not in single precision for a product of two such
    /// numbers: its error is of second order, and so grows with the square of the unit roundoff, where <see cref="Bound"/> is linear.
    /// </summary>
    public static bool IsBoundedByRunningError(double precision, ImmutableArray<Expr> expressions, Environment<RunningError> environment)
    {
        var nodes = PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Application>()
            .Where(node => node.Operation is Elementwise or ReluPullback)
            .Where(node => precision != OfDouble || node.Operation is not Pairwise<Mul>)
            .Where(node => node.Arguments[0] is not Application { Operation: Pointwise<Relu> }) // relu's own argument is checked
            .ToImmutableArray();
        var values = Evaluation.Evaluate([.. nodes.SelectMany(node => (Expr[])[node.Arguments[0], node.Arguments[^1]])], environment);
        return nodes.Select((node, i) => (node.Operation, X: values[2 * i], Y: values[2 * i + 1])).All(node => node.X.Entries.Zip(
            node.Y.Entries, (x, y) => IsExact(node.Operation, x, y)
                || IsBounded(node.Operation, (x.Plain, Reach(x)), (y.Plain, Reach(y))))
            .All(bounded => bounded));

        double Reach(RunningError x) => Bound(precision, 2 * x.Error);
    }

    // A zero without an error is zero in every order of computation, and so are its powers and products: the moments of a zero gradient.
    private static bool IsExact(Operation operation, RunningError x, RunningError y) => operation switch
    {
        Pointwise<Pow> { Op.Exponent: > 0 } => IsZero(x),
        Pairwise<Mul> => IsZero(x) || IsZero(y),
        _ => false,
    };

    private static bool IsZero(RunningError x) => x is { Plain: 0, Error: 0 };

    private static bool IsBounded(Operation operation, (double Plain, double Reach) x, (double Plain, double Reach) y) => operation switch
    {
        ReluPullback => IsBounded(new Pointwise<Step>(default), x, y),
        Pointwise<Pow> => Math.Abs(x.Plain) > x.Reach,
        Pairwise<Mul> => Math.Abs(x.Plain) > x.Reach || Math.Abs(y.Plain) > y.Reach,
        Elementwise f => !f.HasKink((x.Plain - x.Reach, x.Plain + x.Reach), (y.Plain - y.Reach, y.Plain + y.Reach)),
        _ => true,
    };
}
