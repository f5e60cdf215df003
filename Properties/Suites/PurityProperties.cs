using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Gradients are pure: no node changes, and no state is kept between calls.</summary>
public class PurityProperties
{
    [Law(30)]
    public Property The_backward_pass_of_a_graph_is_pure(RandomFormula f)
    {
        var leaves = f.Point.Select(x => Value<Real>.Variable(new(x))).ToArray();
        var nodes = f.Nodes<Value<Real>>([.. leaves]);
        return PurityLaws.IsPure(
            () => nodes[^1].Backward() is var gradient ? [.. leaves.Select(leaf => gradient[leaf].Plain)] : [],
            () => PurityLaws.Text(nodes.Select(node => node.Plain)));
    }

    [Law(30)]
    public Property Every_derivative_of_an_expression_is_pure(MatrixFormula m, Direction v) => PurityLaws.IsPure(
        () => [.. m.Gradient(Derivatives.Backward), m.Jvp(v.Of(m.Point.Length)), m.ByComplexStep(v.Of(m.Point.Length))],
        () => $"{Writer.Print(m.Scalar)}{PurityLaws.Text(m.Point)}");
}
