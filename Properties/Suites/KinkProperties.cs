using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Operations report their kinks, and no finite difference is taken across one.</summary>
public class KinkProperties
{
    public static TheoryData<Function> All => [.. Functions.All];

    public static TheoryData<Function> Reporting => [new Unary<Abs>(new(Reports: true)), new Binary<Max>(new(Reports: true))];

    public static TheoryData<Function> Silent => [new Unary<Abs>(new(Reports: false)), new Binary<Max>(new(Reports: false))];

    [Theory, MemberData(nameof(All)), MemberData(nameof(Reporting))]
    public void An_operation_reports_its_kinks(Function function) => Assert.Null(KinkLaws.UnreportedKink(function));

    [Theory, MemberData(nameof(Silent))]
    public void An_operation_that_does_not_report_its_kink_is_caught(Function function) =>
        Assert.NotNull(KinkLaws.UnreportedKink(function));

    [Theory]
    [InlineData(0.001, 1.0)]
    [InlineData(-0.001, -1.0)]
    [InlineData(0, null)]
    public void Finite_differences_stop_short_of_a_kink(double x, double? derivative)
    {
        var abs = new Whole(new Unary<Abs>(new(Reports: true)), [x]);
        Assert.Equal(derivative, Rounded(abs.ByFiniteDifferences([1])));
        var max = new Whole(new Binary<Max>(new(Reports: true)), [1 + x, 1]);
        Assert.Equal((1 + derivative) / 2, Rounded(max.ByFiniteDifferences([1, 0])));
    }

    private static double? Rounded(Estimate? estimate) => estimate is { Derivative: var derivative } ? Math.Round(derivative, 9) : null;

    private sealed record Whole(Function Function, ImmutableArray<double> Point) : IDifferentiable
    {
        public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => Function.Apply(x);
    }

    private readonly record struct Abs(bool Reports) : IUnaryOp
    {
        public string Name => "abs";
        public double Forward(double x) => Math.Abs(x);
        public Complex Forward(Complex x) => x.Real > 0 ? x : -x;
        public T Partial<T>(T x, T y) where T : IReal<T> => 2 * x.Step() - 1;
        public int Branch(double x) => !Reports ? 0 : x > 0 ? 1 : 2;
    }

    private readonly record struct Max(bool Reports) : IBinaryOp
    {
        public string Name => "max";
        public double Forward(double x, double y) => Math.Max(x, y);
        public Complex Forward(Complex x, Complex y) => x.Real > y.Real ? x : y;
        public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => ((x - y).Step(), 1 - (x - y).Step());
        public int Branch(double x, double y) => !Reports ? 0 : x > y ? 1 : 2;
    }
}
