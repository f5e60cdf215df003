using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>Half a unit in the last place of one, and what may be said of what is computed so.</summary>
public static class Tolerance
{
    public static readonly double OfDouble = Math.ScaleB(1, -53), OfSingle = Math.ScaleB(1, -24);

    /// <summary>How many times as far off a number may be as in double precision.</summary>
    public static double Units(double precision) => precision / OfDouble;

    /// <summary>
    /// What is lost where kernels take something for 0, on purpose, since the processor is slow with numbers as small: 2⁻⁸⁰ in single
    /// precision, and 2⁻⁹⁰⁰ in double, times the 10,000 that weights and states of a formula may make of it.
    /// </summary>
    public static double Faded(double precision) => 1e4 * Math.ScaleB(1, precision == OfDouble ? -900 : -80);

    /// <summary>How far off a number may be, given its running error in double precision.</summary>
    public static double Leaves(double precision, double error) => Units(precision) * error + Faded(precision);

    /// <summary>
    /// Whether a running error says what rounding may do. It does not where rounding decides on which side of 0 a number is, and so
    /// whether relu's derivative is 1 or 0; and not to a power of what is nothing but rounding, for which it is of second order.
    /// </summary>
    public static bool IsToldByRunningError(double precision, ImmutableArray<Expr> expressions, Environment<RunningError> environment)
    {
        var nodes = PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Application>()
            .Where(node => node.Operation is Elementwise or ReluPullback)
            .Where(node => node.Arguments[0] is not Application { Operation: Pointwise<Relu> }) // relu's own argument is asked
            .ToImmutableArray();
        var values = Evaluation.Evaluate([.. nodes.SelectMany(node => (Expr[])[node.Arguments[0], node.Arguments[^1]])], environment);
        return nodes.Select((node, i) => (node.Operation, X: values[2 * i], Y: values[2 * i + 1])).All(node => node.X.Entries.Zip(
            node.Y.Entries, (x, y) => IsTold(node.Operation, (x.Plain, Reach(x)), (y.Plain, Reach(y)))).All(told => told));

        double Reach(RunningError x) => Leaves(precision, 2 * x.Error);
    }

    private static bool IsTold(Operation operation, (double Plain, double Reach) x, (double Plain, double Reach) y) => operation switch
    {
        ReluPullback => IsTold(new Pointwise<Step>(default), x, y),
        Pointwise<Pow> => Math.Abs(x.Plain) > x.Reach,
        Elementwise f => !f.HasKink((x.Plain - x.Reach, x.Plain + x.Reach), (y.Plain - y.Reach, y.Plain + y.Reach)),
        _ => true,
    };
}
