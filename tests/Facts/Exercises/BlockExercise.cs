using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Facts.Exercises;

/// <summary>A query of zeros fits every key equally: a position then sees the mean of the values up to its own.</summary>
public class BlockExercise
{
    [Fact]
    public void A_query_of_zeros_gets_the_mean_of_the_visible_values()
    {
        var heads = new Heads(Count: 1, BlockSize: 3);
        var shape = new Shape(Extent.Positions, 1);
        Variable q = new("q", shape), k = new("k", shape), v = new("v", shape);
        var here = Environment<Real>.Of(Inputs.Of(Packing.Of(3)))
            .With(q, Column(0, 0, 0)).With(k, Column(5, -1, 2)).With(v, Column(6, 2, 1));

        var seen = Layers.AttentionWeights(q, k, heads).Mix(v, heads).Evaluate(here);
        double[] means = [6, (6 + 2) / 2.0, (6 + 2 + 1) / 3.0];
        foreach (var (mean, value) in means.Zip(seen.Entries)) Assert.Equal(mean, value.Plain, 1e-14); // shares of 1/3 are rounded
    }

    private static Matrix<Real> Column(params double[] numbers) => new(numbers.Length, 1, [.. numbers.Select(x => new Real(x))]);
}
