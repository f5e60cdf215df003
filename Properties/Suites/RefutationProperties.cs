using System.Numerics;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A law that fails explains why, on a shrunk input.</summary>
public class RefutationProperties
{
    /// <summary>A product with swapped partials.</summary>
    private readonly struct Swapped : IBinaryOp
    {
        public string Name => "swapped";
        public double Forward(double x, double y) => x * y;
        public Complex Forward(Complex x, Complex y) => x * y;
        public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (x, y);
    }

    [Fact]
    public void Swapped_partials_are_refuted_by_a_formula_of_one_operation()
    {
        var functions = Functions.Any.Or(Gen.Constant<Function>(new Binary<Swapped>(default)));
        var refutation = Refutation.Of(
            Formulas.Of(functions, Domain.Gentle), f => DerivativeLaws.Agrees(f, Gradients.ByReverseMode, Oracles.ByComplexStep));

        Assert.NotNull(refutation);
        Assert.Equal("swapped", Assert.Single(refutation.Counterexample.Calls).Function.ToString());
        Assert.Equal<double>([1, 2], refutation.Counterexample.Point);
        Assert.StartsWith("∂f/∂x0 is 1 and should be 2,", refutation.Complaint);
    }

    [Fact]
    public void A_gradient_expression_twice_too_large_is_refuted_by_a_single_variable()
    {
        var refutation = Refutation.Of(
            MatrixFormulas.Any,
            m => DerivativeLaws.Agrees(m, _ => m.Gradient(scalar => scalar.Backward() + scalar.Backward()), Oracles.ByComplexStep),
            cases: 10);

        Assert.NotNull(refutation);
        Assert.IsType<Variable>(refutation.Counterexample.Body);
        Assert.StartsWith("∂f/∂x0 is 2 and should be 1,", refutation.Complaint);
    }

    [Fact]
    public void A_law_that_holds_is_not_refuted() => Assert.Null(Refutation.Of(Formulas.Any, f =>
        DerivativeLaws.Agrees(f, Gradients.ByReverseMode, Oracles.ByForwardMode), cases: 100));
}
