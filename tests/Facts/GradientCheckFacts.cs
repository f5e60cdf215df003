using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The check of a gradient finds the matrix that has a wrong one.</summary>
public class GradientCheckFacts
{
    private static readonly Gpt Gpt = new(Configuration.Create(nEmbd: 4, nHead: 2, nLayer: 1, blockSize: 3, vocabSize: 3).OrThrow());

    private static readonly LossFunction Loss = new(
        Gpt.Model, Parameters.Draw(Gpt.Model.Table, PythonRandom.Seed(5)).Value, Batch.Of(Gpt.Model, [2, 0, 1, 2]));

    private static readonly Gradient Gradient = Engines.Scalar(Gpt.Model)(Loss.Parameters, Loss.Batch).Gradient;

    private static readonly string[] Names = [.. Gpt.Model.Table.Definitions.Select(definition => definition.Name)];

    [Fact]
    public void A_right_gradient_passes_in_each_matrix()
    {
        var checks = Check(Gradient);
        Assert.Equal(Names, checks.Select(check => check.Definition.Name));
        Assert.All(checks, check => Assert.Equal(GradientCheck.Sample, check.Entries));
        Assert.All(checks, check => Assert.True(check.Holds, check.Definition.Name));
    }

    // The error is a ten-millionth of the gradient in every entry of a matrix, so that each direction and each sample shows it.
    [Theory]
    [InlineData("wte"), InlineData("lm_head"), InlineData("layer0.mlp_fc2")]
    public void A_wrong_gradient_fails_in_its_matrix(string name)
    {
        var table = Gpt.Model.Table;
        var values = Gradient.Values.Select((g, i) => table.NameOf(i).StartsWith($"{name}[") ? g * (1 + 1e-7) : g);
        var failed = Check(Gradient with { Values = [.. values] }).Where(check => !check.Holds);
        Assert.Equal(
            [(name, false, false)], failed.Select(check => (check.Definition.Name, check.ComplexStep.Holds, check.ForwardMode.Holds)));
    }

    [Fact]
    public void Differences_err_by_truncation_and_by_rounding()
    {
        var sizes = GradientCheck.StepSizes(Loss, PythonRandom.Seed(1));
        Assert.Equal(12, sizes.Length);
        Assert.Equal((0.1, 1e-12), (sizes[0].Step, sizes[^1].Step));
        Assert.InRange(sizes.Min(size => size.Error), 0, 1e-8);
        Assert.True(sizes[0].Error > sizes[4].Error && sizes[4].Error < sizes[^1].Error);
    }

    // 5 is one width above its bracket, and -2 is three below. Brackets of such widths say nothing beside 8.
    [Fact]
    public void A_derivative_is_within_its_bracket_or_some_widths_away()
    {
        var table = new ParameterTable([ParameterDefinition.Weight("a", 1, 2), ParameterDefinition.Weight("b", 1, 2)]);
        var bracket = new Bracket(Bounds.Of(1), [new(4.8, 4.9), new(7, 7.05), new(-1.7, -1.6), Bounds.Of(8)]);
        var checks = BracketCheck.Run(bracket, new(table, [5, 7, -2, 8]));
        Assert.Equal(["a", "b"], checks.Select(check => check.Definition.Name));
        Assert.Equal([2, 1], checks.Select(check => check.Silent));
        Assert.Equal([0.1, 0.1], checks.Select(check => check.Widest), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal([1, 3], checks.Select(check => check.Outside), (x, y) => Math.Abs(x - y) < 1e-12);
    }

    // A derivative that may be 0 is no measure for another one.
    [Fact]
    public void A_wide_bracket_makes_no_other_one_look_narrow()
    {
        var table = new ParameterTable([ParameterDefinition.Weight("w", 1, 2)]);
        Assert.Equal(2, BracketCheck.Run(new(Bounds.Of(1), [new(0, 1e300), new(1, 2)]), new(table, [1, 1]))[0].Silent);
    }

    private static ImmutableArray<MatrixCheck> Check(Gradient gradient) => [.. GradientCheck.Run(Loss, gradient, PythonRandom.Seed(1))];
}
