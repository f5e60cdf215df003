using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Study;
using MicroGpt.Training;

namespace MicroGpt.Facts.Study;

/// <summary>The computations of a GPT that show prints have the values of training.</summary>
public class ComputationFacts
{
    private static readonly Configuration Configuration = Configuration.Create(4, 2, 2, 4, 5).OrThrow();
    private static readonly Gpt Gpt = new(Configuration);
    private static readonly Parameters Parameters = Parameters.Draw(Configuration.Table, PythonRandom.Seed(1)).Value;
    private static readonly Inputs Document = Batch.Of(Gpt.Model, [4, 0, 1, 2, 4]);

    // The rounding of numbers near 1: some thousand units in the last place.
    private const double Tolerance = 1e-12;
    private const double Rate = 0.01;

    public static TheoryData<bool> Fused => [false, true];

    [Theory]
    [MemberData(nameof(Fused))]
    public void The_loss_and_the_gradient_are_those_of_the_engine(bool fused)
    {
        var (loss, gradient) = Engines.Expression(Gpt.Model)(Parameters, Document);
        Assert.Equal(loss, Values(Computation.Loss(Forward(fused)), fused)[0][0], Tolerance);
        IsNear(gradient.Values, Values(Computation.Gradient(Forward(fused), Gpt.Model.Variables), fused));
    }

    [Theory]
    [MemberData(nameof(Fused))]
    public void The_step_is_Adams(bool fused)
    {
        var gradient = Engines.Expression(Gpt.Model)(Parameters, Document).Gradient;
        var start = TrainingState.Start(Parameters, new Adam());
        var (norms, expected) = OptimizerStep.Of(new Adam(), Configuration.Table).Evaluate(start, gradient, Rate);
        var values = Values(Computation.Step(Forward(fused), Gpt.Model.Variables, new Adam()), fused);
        var count = norms.Length;
        IsNear([.. norms.Select(norm => norm * norm)], values.Slice(1, count));
        IsNear(expected.Parameters.Values, values.Slice(1 + count, count));
        IsNear(expected["m"].Values, values.Slice(1 + 2 * count, count));
        IsNear(expected["v"].Values, values.Slice(1 + 3 * count, count));
    }

    [Theory]
    [MemberData(nameof(Fused))]
    public void The_Hessian_times_a_direction_is_forward_mode_over_reverse_mode(bool fused)
    {
        var direction = Parameters.Draw(Configuration.Table, PythonRandom.Seed(2)).Value;
        var leaves = Parameters.Values.Zip(direction.Values, (x, v) => Value<Dual<Real>>.Variable(new(new(x), new(v)))).ToImmutableArray();
        var gradient = new LossFunction(Gpt.Model, Parameters, Document).At(leaves).Backward();
        var values = Values(Computation.HessianVector(Forward(fused), Gpt.Model.Variables), fused, direction);
        IsNear([.. leaves.Select(leaf => gradient[leaf].Tangent.Plain)], values);
    }

    [Fact]
    public void The_gradient_or_step_of_one_parameter_has_no_other_parameter()
    {
        var wq = Gpt.Model.Variables.Single(variable => variable.Name == "layer1.attn_wq");
        Assert.Equal(["∂loss/∂layer1.attn_wq"], Computation.Gradient(Forward(true), [wq]).Results.Select(result => result.Name));
        Assert.Equal(["loss", "|∂loss/∂layer1.attn_wq|²", "layer1.attn_wq'", "m.layer1.attn_wq'", "v.layer1.attn_wq'"],
            Computation.Step(Forward(true), [wq], new Adam()).Results.Select(result => result.Name));
    }

    [Fact]
    public void A_node_belongs_to_the_part_that_it_is_computed_in()
    {
        var diagram = Diagram.Of(Computation.Gradient(Forward(true), Gpt.Model.Variables).Fuse());
        string[] forward = ["embedding", "layer0.attention", "layer0.mlp", "layer1.attention", "layer1.mlp", "output"];
        Assert.Equal(
            string.Join(" > ", [.. forward, .. forward.Reverse().Select(part => $"backward of {part}")]),
            string.Join(" > ", diagram.Parts));
        string PartOf(string label) => diagram.Parts[diagram.Nodes.First(node => node.Label == label || node.Results.Contains(label)).Part];
        Assert.Equal("embedding", PartOf("wte"));
        Assert.Equal("layer0.attention", PartOf("layer0.attn_wq"));
        Assert.Equal("layer1.mlp", PartOf("layer1.mlp_fc2"));
        Assert.Equal("output", PartOf("lm_head"));
        Assert.Equal("backward of output", PartOf("∂loss/∂lm_head"));
        Assert.Equal("backward of layer1.mlp", PartOf("∂loss/∂layer1.mlp_fc1"));
        Assert.Equal("backward of layer0.attention", PartOf("∂loss/∂layer0.attn_wo"));
        Assert.Equal("backward of embedding", PartOf("∂loss/∂wpe"));
        Assert.All(diagram.Nodes, node => Assert.All(node.Arguments, k => Assert.True(diagram.Nodes[k].Part <= node.Part)));
    }

    private static ForwardPass Forward(bool fused) => fused ? ForwardPass.Of(Gpt).Fuse() : ForwardPass.Of(Gpt);

    // The slots are 0, as before the first step. The direction of the Hessian is also named v, and has other values.
    private static ImmutableArray<ImmutableArray<double>> Values(Computation computation, bool fused, Parameters? direction = null)
    {
        ImmutableArray<Expr> expressions = [.. (fused ? computation.Fuse() : computation).Results.Select(result => result.Expression)];
        var others = (direction ?? Parameters.Zero(Configuration.Table)).Matrices(x => new Real(x));
        var bound = PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Variable>().Except(Gpt.Model.Variables).Aggregate(
            Gpt.Model.Bind(Parameters.Matrices(x => new Real(x)), Document),
            (bound, variable) => bound.With(variable, new Adam().Inputs.FirstOrDefault(input => input.Name == variable.Name) is { } input
                ? new(1, 1, [new(input.ValueAt(0, Rate))])
                : others[Array.FindIndex([.. Gpt.Model.Variables], p => variable.Name[2..] == p.Name)]));
        return [.. Evaluation.Evaluate(expressions, bound).Select(value => value.Entries.Select(x => x.Plain).ToImmutableArray())];
    }

    private static void IsNear(ImmutableArray<double> expected, ImmutableArray<ImmutableArray<double>> found)
    {
        var values = found.SelectMany(value => value).ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i], values[i], Tolerance);
    }
}
