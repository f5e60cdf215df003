using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>The names of the scalar operations, and their branches and complex values at a kink.</summary>
public class OperationFacts
{
    [Fact]
    public void An_operation_prints_its_name()
    {
        IUnaryOp[] unary = [new Pow(2), new Log(), new Exp(), new Relu(), new Step(), new Reciprocal(), new IsZero()];
        IBinaryOp[] binary = [new Add(), new Mul(), new Quotient(), new Power()];
        IUnaryOp[] activations = [new Sigmoid(), new Tanh(), new Softplus()];
        Assert.Equal(
            ["pow(2)", "log", "exp", "relu", "step", "reciprocal", "iszero"], unary.Select(op => op.Name));
        Assert.Equal(["add", "mul", "quotient", "power"], binary.Select(op => op.Name));
        Assert.Equal(["sigmoid", "tanh", "softplus"], activations.Select(op => op.Name));
    }

    // 0 belongs to the left piece of relu and step, and is a piece of its own for iszero.
    [Theory]
    [InlineData(-1, 2, 1)]
    [InlineData(0, 2, 2)]
    [InlineData(1, 1, 3)]
    public void A_number_lies_on_one_branch(double x, int ofRelu, int ofIsZero)
    {
        Assert.Equal((ofRelu, ofRelu, ofIsZero), (new Relu().Branch(x), new Step().Branch(x), new IsZero().Branch(x)));
        Assert.Equal(0, ((IUnaryOp)new Exp()).Branch(x));
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1, 0)]
    public void The_real_part_decides_where_a_complex_number_lies(double x, double step, double isZero)
    {
        Complex z = new(x, 0.5);
        Assert.Equal(step * z, new Relu().Forward(z));
        Assert.Equal((step, isZero), (new Step().Forward(z), new IsZero().Forward(z)));
    }
}
