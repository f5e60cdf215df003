using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using Interval = MicroGpt.Autograd.Interval;

namespace MicroGpt.Properties;

/// <summary>The bracket of a function where each coordinate is anywhere within bounds: under test.</summary>
public delegate Bracket Bracketing(IDifferentiable f, ImmutableArray<Bounds> point);

/// <summary>Bounds of the derivative of a function along a direction: under test.</summary>
public delegate Bounds TangentBracketing(IDifferentiable f, ImmutableArray<double> direction);

/// <summary>Guaranteed bounds of values and derivatives.</summary>
public static class IntervalLaws
{
    // Bounds reach at most eight units in the last place to either side of a computed number, in steps of half a unit at least.
    private const double Narrow = 33;

    /// <summary>The bracket at any kind of number that has bounds, by the backward pass over a graph of such numbers.</summary>
    public static Bracketing By<T>(Func<double, Bounds, T> number, Func<T, Bounds> bounds) where T : IEvaluated<T> => (f, point) =>
    {
        var leaves = f.Point.Select((x, i) => Value<T>.Variable(number(x, point[i]))).ToImmutableArray();
        var value = f.At(leaves);
        var gradient = value.Backward();
        return new(bounds(value.Primal), [.. leaves.Select(leaf => bounds(gradient[leaf]))]);
    };

    /// <summary>The bracket by intervals.</summary>
    public static Bracketing ByIntervals { get; } = By((x, bounds) => new Interval(x, bounds), interval => interval.Bounds);

    /// <summary>The bounds of the derivative along a direction, by forward mode at intervals.</summary>
    public static Bounds ByForwardMode(IDifferentiable f, ImmutableArray<double> direction) => f.Along(direction, (x, v) => v == 0
        ? Dual<Interval>.Constant(x)
        : new(Interval.Constant(x), Interval.Constant(v))).Tangent.Bounds;

    /// <summary>
    /// The bracket of a box around the point holds the value and the gradient that the graph of plain numbers finds at the point, at both
    /// ends of the box, and in its middle. The width of the box is a share of each coordinate.
    /// </summary>
    public static Property HoldsWhatIsComputed(IDifferentiable f, double share, Bracketing bracketing)
    {
        ImmutableArray<Bounds> box = [.. f.Point.Select(x => x < 0 ? new Bounds(x + share * x, x) : new(x, x + share * x))];
        var bracket = bracketing(f, box);
        return Verdict.NoneOf(
            from at in (double[])[0, 1, 0.5]
            let moved = new Moved(f, [.. f.Point.Select(x => x + at * (share * x))])
            let value = moved.Along(moved.Point, (x, _) => new Real(x)).Plain
            from complaint in Outside("the value", value, bracket.Value).Concat(
                moved.ByReverseMode().SelectMany((g, i) => Outside($"∂f/∂x{i}", g, bracket.Gradient[i])))
            select complaint);
    }

    /// <summary>
    /// Brackets of one derivative by different ways have a number in common, since each of them holds the exact derivative: by the
    /// backward pass, by forward mode, and by the expression of the gradient.
    /// </summary>
    public static Property HoldsTheExactDerivative(RandomFormula f, Bracketing bracketing)
    {
        var (bracket, (scalar, variables)) = (bracketing(f, [.. f.Point.Select(Bounds.Of)]), f.Symbolic());
        var gradient = scalar.Backward();
        var written = variables.At(f.Point, Interval.Constant, [scalar, .. variables.Select(x => gradient[x])]);
        return Verdict.NoneOf(
        [
            .. Apart("the value", bracket.Value, written[0].Bounds),
            .. Enumerable.Range(0, f.Point.Length).SelectMany(i =>
                Apart($"∂f/∂x{i}, written out,", bracket.Gradient[i], written[i + 1].Bounds)
                .Concat(Apart($"∂f/∂x{i}, forward,", bracket.Gradient[i], ByForwardMode(f, f.Axis(i))))),
        ]);
    }

    /// <summary>
    /// The bracket of a derivative along a direction holds what forward mode finds at plain numbers. It has a number in common with the
    /// product of the gradient's bracket and the direction, since both hold the exact derivative.
    /// </summary>
    public static Property HoldsTheTangent(IDifferentiable f, Direction direction, TangentBracketing bracketing)
    {
        var v = direction.Of(f.Point.Length);
        var (bracket, gradient) = (bracketing(f, v), Bracket.Compute(f).Gradient);
        var product = gradient.Zip(v, (g, t) => g * Bounds.Of(t)).Aggregate((sum, term) => sum + term);
        return Verdict.NoneOf(Outside("∇f·v", f.ByForwardMode(v), bracket).Concat(Apart("∇f·v", bracket, product)));
    }

    /// <summary>The bracket of one operation at a number is at most 33 units in the last place of its larger end wide.</summary>
    public static Property IsNarrow(OneOperation op, Bracketing bracketing)
    {
        var (f, bounds) = (op.Formula, bracketing(op.Formula, [.. op.Formula.Point.Select(Bounds.Of)]).Value);
        var size = Math.Max(Math.Abs(bounds.Low), Math.Abs(bounds.High));
        return Verdict.That(
            bounds.Width <= Narrow * (Math.BitIncrement(size) - size), $"{f.Calls[0].Function} is within {bounds}, which says too little");
    }

    /// <summary>
    /// The bracket of a sum or a product of two numbers is the exact result if that is a number of double precision, and else the two
    /// numbers beside it.
    /// </summary>
    public static Property IsTheNearest(double x, double y, Func<Bounds, Bounds, Bounds> sum, Func<Bounds, Bounds, Bounds> product)
    {
        return Verdict.NoneOf(
        [
            .. Complaints("sum", sum(Bounds.Of(x), Bounds.Of(y)), BigFloat.Of(x) + BigFloat.Of(y)),
            .. Complaints("product", product(Bounds.Of(x), Bounds.Of(y)), BigFloat.Of(x) * BigFloat.Of(y)),
        ]);

        IEnumerable<string> Complaints(string what, Bounds found, BigFloat exact)
        {
            var (low, high) = ((exact - BigFloat.Of(found.Low)).Mantissa.Sign, (BigFloat.Of(found.High) - exact).Mantissa.Sign);
            if (low < 0 || high < 0) yield return FormattableString.Invariant($"{found} does not hold the {what} of {x:R} and {y:R}");
            if (found.IsPoint ? low != 0 : low == 0 || high == 0 || Math.BitIncrement(found.Low) != found.High)
                yield return FormattableString.Invariant($"{found} is too wide for the {what} of {x:R} and {y:R}");
        }
    }

    /// <summary>
    /// An engine's loss and gradient are within the bracket of the graph of numbers, or outside it by no more than a number of its widths
    /// and what the engine flushes to zero.
    /// </summary>
    public static Property HoldsTheEngine(ModelCase model, EngineOf engine, double widths, Bracketing bracketing, double flushed = 0)
    {
        var (found, bracket) = (model.By(engine), bracketing(model.Loss, [.. model.Loss.Point.Select(Bounds.Of)]));
        return Verdict.NoneOf(Outside("the loss", found.Loss, bracket.Value, widths, flushed).Concat(
            found.Gradient.Values.SelectMany((g, i) =>
                Outside($"the gradient of {model.Name(i)}", g, bracket.Gradient[i], widths, flushed))));
    }

    /// <summary>
    /// The expression of the gradient, evaluated at intervals, holds what the engine of this expression finds at plain numbers; and each of
    /// its brackets has a number in common with the bracket of the graph of numbers.
    /// </summary>
    public static Property HoldsTheGradientExpression(
        ModelCase model, Transformation backward, EngineOf engine, Bracketing bracketing)
    {
        var (language, found) = (model.Model, model.By(engine).Gradient.Values);
        var gradient = backward(language.Loss);
        var bound = language.Bind(model.Parameters.Matrices(Interval.Constant), model.Batch);
        var written = Evaluation.Evaluate([.. language.Variables.Select(x => gradient[x])], bound)
            .SelectMany(matrix => matrix.Entries).ToArray();
        var bracket = bracketing(model.Loss, [.. model.Loss.Point.Select(Bounds.Of)]);
        return Verdict.NoneOf(written.SelectMany((g, i) =>
            Outside($"the gradient of {model.Name(i)}", found[i], g.Bounds)
            .Concat(Apart($"the gradient of {model.Name(i)}", bracket.Gradient[i], g.Bounds))));
    }

    private static IEnumerable<string> Outside(string what, double found, Bounds bounds, double widths = 0, double flushed = 0)
    {
        var reach = widths == 0 ? 0 : widths * bounds.Width + flushed;
        if (!bounds.Contains(found) && !new Bounds(bounds.Low - reach, bounds.High + reach).Contains(found))
            yield return FormattableString.Invariant($"{what} is {found:R}, more than {widths} widths outside {bounds}");
    }

    private static IEnumerable<string> Apart(string what, Bounds found, Bounds other) =>
        found.Meet(other) ? [] : [$"{what} is within {found} and within {other}, which have no number in common"];

    private sealed record Moved(IDifferentiable F, ImmutableArray<double> Point) : IDifferentiable
    {
        public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => F.At(x);
    }
}
