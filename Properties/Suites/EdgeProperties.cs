using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Edge cases of double precision, to the bit: signed zeros, infinities, NaN, the smallest number, kinks and overflow.</summary>
public class EdgeProperties
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN, Tiny = double.Epsilon;

    /// <summary>A function, its arguments, its value and its partials.</summary>
    public static TheoryData<string, double[], double, double[]> Table => new()
    {
        { "log", [0.0], -Inf, [Inf] },
        { "log", [-0.0], -Inf, [-Inf] },
        { "log", [-1], NaN, [-1] },
        { "log", [Tiny], -744.44007192138122, [Inf] },
        { "log", [Inf], Inf, [0] },
        { "log", [NaN], NaN, [NaN] },
        { "exp", [0.0], 1, [1] },
        { "exp", [-0.0], 1, [1] },
        { "exp", [Tiny], 1, [1] },
        { "exp", [709], 8.2184074615549724e307, [8.2184074615549724e307] },
        { "exp", [710], Inf, [Inf] },
        { "exp", [-746], 0, [0] },
        { "exp", [-Inf], 0, [0] },
        { "exp", [NaN], NaN, [NaN] },
        { "relu", [0.0], 0, [0] },
        { "relu", [-0.0], 0, [0] },
        { "relu", [Tiny], Tiny, [1] },
        { "relu", [-Tiny], 0, [0] },
        { "relu", [Inf], Inf, [1] },
        { "relu", [-Inf], 0, [0] },
        { "relu", [NaN], NaN, [0] },
        { "step", [0.0], 0, [0] },
        { "step", [-0.0], 0, [0] },
        { "step", [Tiny], 1, [0] },
        { "step", [NaN], 0, [0] },
        { "reciprocal", [0.0], Inf, [-Inf] },
        { "reciprocal", [-0.0], -Inf, [-Inf] },
        { "reciprocal", [Tiny], Inf, [-Inf] },
        { "reciprocal", [Inf], 0, [0.0] },
        { "reciprocal", [-Inf], -0.0, [0.0] },
        { "pow(-1)", [0.0], Inf, [-Inf] },
        { "pow(-1)", [-0.0], -Inf, [-Inf] },
        { "pow(0.5)", [0.0], 0, [Inf] },
        { "pow(0.5)", [-1], NaN, [NaN] },
        { "pow(0)", [0.0], 1, [0] },
        { "pow(0)", [NaN], 1, [0] },
        { "pow(1)", [0.0], 0, [1] },
        { "pow(2)", [0.0], 0, [0] },
        { "pow(2)", [Tiny], 0, [2 * Tiny] },
        { "pow(2)", [-Inf], Inf, [-Inf] },
        { "add", [0.0, -0.0], 0, [1, 1] },
        { "add", [-0.0, -0.0], -0.0, [1, 1] },
        { "add", [Inf, -Inf], NaN, [1, 1] },
        { "add", [double.MaxValue, double.MaxValue], Inf, [1, 1] },
        { "mul", [0.0, Inf], NaN, [Inf, 0] },
        { "mul", [0.0, -1], -0.0, [-1, 0] },
        { "mul", [Tiny, 0.5], 0, [0.5, Tiny] },
        { "mul", [NaN, 0], NaN, [0, NaN] },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_function_has_this_value_and_these_derivatives_at_an_edge_case(string name, double[] x, double value, double[] derivatives)
    {
        var function = Functions.Table.Single(candidate => candidate.ToString() == name);
        Assert.Equal(value, function.Apply<Real>([.. x.Select(Real.Constant)]).Plain, Verdict.SameBits);
        Assert.Equal(derivatives, x.Select((_, k) => Partial(function, x, k)), Verdict.SameBits);
    }

    // A gradient is a sum from 0, so it is never a negative zero.
    private static double Partial(Function function, double[] x, int k)
    {
        var variable = Value<Real>.Variable(new(x[k]));
        var arguments = x.Select((number, i) => i == k ? variable : Value<Real>.Constant(number));
        return function.Apply<Value<Real>>([.. arguments]).Backward()[variable].Plain;
    }
}
