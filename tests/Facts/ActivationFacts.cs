using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Properties;

namespace MicroGpt.Facts;

/// <summary>Sigmoid, tanh and softplus are accurate over the whole range of double precision, and finite at every finite number.</summary>
public class ActivationFacts
{
    // Beyond this number, e⁻ˣ is below half of the smallest double.
    private const double Farthest = 746;

    public static TheoryData<string> Names => ["sigmoid", "tanh", "softplus"];

    public static TheoryData<string, double, double, double, double> Limits => new()
    {
        { "sigmoid", double.PositiveInfinity, 1, 0, 0 },
        { "sigmoid", double.NegativeInfinity, 0, 0, 0 },
        { "tanh", double.PositiveInfinity, 1, 0, 0 },
        { "tanh", double.NegativeInfinity, -1, 0, 0 },
        { "softplus", double.PositiveInfinity, double.PositiveInfinity, 1, 0 },
        { "softplus", double.NegativeInfinity, 0, 0, 0 },
        { "sigmoid", 1e308, 1, 0, 0 },
        { "sigmoid", -1e308, 0, 0, 0 },
        { "tanh", 1e308, 1, 0, 0 },
        { "tanh", -1e308, -1, 0, 0 },
        { "softplus", 1e308, 1e308, 1, 0 },
        { "softplus", -1e308, 0, 0, 0 },
        { "sigmoid", 0, 0.5, 0.25, 0 },
        { "tanh", 0, 0, 1, 0 },
        { "softplus", 0, 0.6931471805599453, 0.5, 0.25 },
    };

    // Four units: at most two for the exponential, and half a unit for each of up to four further roundings. A derivative is a product of
    // two such numbers that is at most 1.
    [Theory, MemberData(nameof(Names))]
    public void Value_is_within_4_units_in_the_last_place_and_derivative_within_4_units_of_1(string name)
    {
        foreach (var x in Samples())
        {
            var (value, derivative) = Reference(name, x);
            var dual = Apply(name, new Dual<Real>(new(x), new(1)));
            Assert.True(value.UnitsFrom(dual.Primal.Plain) <= 4, $"{name}({x:R}) is {dual.Primal.Plain:R}, not {(double)value:R}");
            Assert.True(Math.Abs((double)(derivative - BigFloat.Of(dual.Tangent.Plain))) <= 4 * double.BitIncrement(1) - 4,
                $"{name}'({x:R}) is {dual.Tangent.Plain:R}, not {(double)derivative:R}");
        }
    }

    // The derivative of tanh at 20, 1.7e-17, is 0 if it is computed as 1 - y². Six roundings, and two units for each exponential.
    [Theory, MemberData(nameof(Names))]
    public void A_small_derivative_has_no_large_relative_error(string name) => Assert.All(Samples().Where(x => Math.Abs(x) < 350), x =>
        Assert.InRange(Reference(name, x).Derivative.UnitsFrom(Apply(name, new Dual<Real>(new(x), new(1))).Tangent.Plain), 0, 10));

    [Theory, MemberData(nameof(Names))]
    public void Derivatives_of_first_and_second_order_are_finite_in_all_modes(string name) =>
        Assert.All((double[])[0, -0.0, 1e-320, -1e-320, 20, -20, 360, -360, 745, -745, 1e308, -1e308], x =>
            Assert.All(Derivatives(name, x), derivative => Assert.True(double.IsFinite(derivative), $"{derivative} at {x}")));

    [Theory, MemberData(nameof(Limits))]
    public void Value_and_derivatives_at_the_ends_and_the_middle_are_exact(string name, double x, double value, double first, double second)
    {
        Assert.Equal(value, Apply(name, new Real(x)).Plain);
        Assert.Equal([first, first, first, second, second, second], Derivatives(name, x).Select(derivative => derivative + 0.0));
    }

    // The cube of a number beyond 1e50 can overflow in a second derivative.
    [Theory]
    [InlineData("silu", 1e308, 0, 0)]
    [InlineData("gelu", 1e50, 0, 0)]
    [InlineData("silu", 0, 0.5, 0.5)]
    [InlineData("gelu", 0, 0.5, 0.7978845608028654)] // √(2/π)
    public void Silu_and_gelu_have_exact_derivatives_in_the_middle_and_far_out(string name, double x, double below, double second)
    {
        Assert.Equal(x, Apply(name, new Real(x)).Plain);
        Assert.Equal(0, Apply(name, new Real(-x)).Plain);
        var above = 1 - below;
        Assert.Equal([above, above, above, second, second, second], Derivatives(name, x).Select(derivative => derivative + 0.0));
        Assert.Equal([below, below, below, second, second, second], Derivatives(name, -x).Select(derivative => derivative + 0.0));
    }

    // The roundings of u and of 1 + tanh, relative to x.
    // tanh(x + iy) = (sinh 2x + i·sin 2y)/(cosh 2x + cos 2y). Beyond 355, cosh 2x is infinite, and the imaginary part is 2·sin 2y·e⁻²ˣ.
    [Fact]
    public void Tanh_of_a_complex_number_neither_cancels_nor_overflows()
    {
        Assert.Equal(1e-10, new Tanh().Forward(new Complex(1e-10, 0)).Real, 1e-25);
        Assert.Equal(Math.Tanh(2), new Tanh().Forward(new Complex(2, 0)).Real, 1e-15);
        Assert.Equal(2 * Math.Sin(2) * Math.Exp(-720), new Tanh().Forward(new Complex(360, 1)).Imaginary, 1e-322); // of about 10¹¹ steps
    }

    [Fact]
    public void Gelu_is_half_of_x_times_one_plus_tanh() => Assert.All(Enumerable.Range(-60, 121).Select(k => k / 8.0), x =>
    {
        var u = Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        Assert.Equal(0.5 * x * (1 + Math.Tanh(u)), Apply("gelu", new Real(x)).Plain, 1e-15 * (1 + Math.Abs(x)));
    });

    // Here x² is infinite in single precision.
    [Theory]
    [InlineData(1e30f, 1)]
    [InlineData(-1e30f, 0)]
    public void The_compiled_derivative_of_gelu_is_exact_far_out(float x, float derivative)
    {
        var variable = new Variable("x", Shape.Scalar);
        var gradient = Fusion.Fuse([variable.Gelu()])[0].Backward()[variable];
        var here = Autograd.Environment<Real>.Of(Inputs.None).With(variable, new(1, 1, [new(x)]));
        Assert.Equal(derivative, CompiledEvaluation.Compile<float>([gradient])(here)[0][0, 0].Plain);
    }

    private static T Apply<T>(string name, T x) where T : IReal<T> => name switch
    {
        "sigmoid" => x.Sigmoid(),
        "tanh" => x.Tanh(),
        "silu" => x.Silu(),
        "gelu" => x.Gelu(),
        _ => x.Softplus(),
    };

    // First order: reverse, forward, and as an expression. Second order: forward over reverse, forward over forward, reverse over reverse.
    private static double[] Derivatives(string name, double x)
    {
        var leaf = Value<Real>.Variable(new(x));
        var inner = Value<Dual<Real>>.Variable(new(new(x), new(1)));
        var variable = new Variable("x", Shape.Scalar);
        var here = Autograd.Environment<Real>.Of(Inputs.None).With(variable, new(1, 1, [new(x)]));
        var gradient = Apply<Expr>(name, variable).Backward()[variable];
        return
        [
            Apply(name, leaf).Backward()[leaf].Plain,
            Apply(name, new Dual<Real>(new(x), new(1))).Tangent.Plain,
            gradient.Evaluate(here)[0, 0].Plain,
            Apply(name, inner).Backward()[inner].Tangent.Plain,
            Apply(name, new Dual<Dual<Real>>(new(new(x), new(1)), new(new(1), new(0)))).Tangent.Tangent.Plain,
            gradient.Backward()[variable].Evaluate(here)[0, 0].Plain,
        ];
    }

    // All orders of magnitude from the smallest number to where each function is flat, and the numbers between 1 and there more densely.
    private static IEnumerable<double> Samples() =>
        from x in Enumerable.Range(-270, 274).Select(k => Math.Pow(16, k) * 1.1)
            .Concat(Enumerable.Range(1, 149).Select(k => 5 * k + 0.3)).Append(double.Epsilon).Append(Farthest)
        where x <= Farthest
        from sign in (int[])[1, -1]
        select sign * x;

    private static (BigFloat Value, BigFloat Derivative) Reference(string name, double x)
    {
        var (one, e) = (BigFloat.Of(1), BigFloat.Exp(-x));
        if (name == "sigmoid") return (one / (one + e), e / ((one + e) * (one + e)));
        if (name == "softplus")
            return ((x > 0 ? BigFloat.Of(x) : default) + BigFloat.LogOfOnePlus(BigFloat.Exp(-Math.Abs(x))), one / (one + e));
        var (sinh, cosh) = (BigFloat.ExpMinusOne(2 * x), BigFloat.Exp(2 * x) + one);
        return (sinh / cosh, BigFloat.Of(4) * BigFloat.Exp(2 * x) / (cosh * cosh));
    }
}
