using MicroGpt.Autograd;

namespace MicroGpt.Facts.Exercises;

/// <summary>softplus(x) = log(1 + eˣ), written once, has the derivative 1/(1 + e⁻ˣ) by three methods.</summary>
public class AutogradExercise
{
    private static T Softplus<T>(T x) where T : IReal<T> => (x.Exp() + 1).Log();

    [Theory]
    [InlineData(-3)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(4)]
    public void Softplus_has_the_sigmoid_for_its_derivative(double x)
    {
        var leaf = Value<Real>.Variable(new(x));
        double[] derivatives =
        [
            Softplus(leaf).Backward()[leaf].Plain,
            Softplus(new Dual<Real>(new(x), Tangent: new(1))).Tangent.Plain,
            Softplus(ComplexStep.Off(x, tangent: 1)).Derivative,
        ];
        Assert.All(derivatives, derivative =>
            Assert.Equal(1 / (1 + Math.Exp(-x)), derivative, 1e-15)); // a few roundings of numbers below 1
    }
}
