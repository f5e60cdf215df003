using System.Collections.Immutable;
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

    private static ImmutableArray<MatrixCheck> Check(Gradient gradient) => [.. GradientCheck.Run(Loss, gradient, PythonRandom.Seed(1))];
}
