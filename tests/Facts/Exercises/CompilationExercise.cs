using MicroGpt.Autograd;

namespace MicroGpt.Facts.Exercises;

/// <summary>A common subexpression is computed once.</summary>
public class CompilationExercise
{
    // Leaves keep their identity, so a·b and a·b are the same operation on the same arguments: one node.
    [Fact]
    public void A_product_that_is_written_twice_becomes_one_node()
    {
        Variable a = new("a", Shape.Scalar), b = new("b", Shape.Scalar);
        var twice = (a * b) + (a * b);
        var simplified = Simplification.Simplify(twice)[0];
        Assert.Equal(5, PostOrder<Expr>.Of(twice).Nodes.Length);
        Assert.Equal(4, PostOrder<Expr>.Of(simplified).Nodes.Length);

        var here = Environment<Real>.Of(Inputs.None).With(a, new(1, 1, [new(2)])).With(b, new(1, 1, [new(3)]));
        Assert.Equal(twice.Evaluate(here)[0, 0], simplified.Evaluate(here)[0, 0]);
    }
}
