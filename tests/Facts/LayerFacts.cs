using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>The layers of a model, by their definitions, on small numbers.</summary>
public class LayerFacts
{
    private const double Epsilon = Layers.RmsNormEpsilon;

    private static readonly Variable X = new("x", new(1, 2)), Row = new("row", new(1, 2));

    [Fact]
    public void Rmsnorm_divides_by_the_root_of_the_mean_square() =>
        Near([3 / Math.Sqrt(12.5 + Epsilon), 4 / Math.Sqrt(12.5 + Epsilon)], Value(X.RmsNorm(), [3, 4]));

    [Fact]
    public void Layernorm_takes_the_mean_off_first() =>
        Near([-1 / Math.Sqrt(1 + Epsilon), 1 / Math.Sqrt(1 + Epsilon)], Value(X.LayerNorm(), [1, 3]));

    [Fact]
    public void A_row_is_added_to_each_row_or_multiplies_it()
    {
        Near([11, 22], Value(X.PlusRow(Row), [1, 2], (Row, new(1, 2, [new(10), new(20)]))));
        Near([10, 40], Value(X.TimesRow(Row), [1, 2], (Row, new(1, 2, [new(10), new(20)]))));
    }

    [Fact]
    public void Softmax_makes_each_group_of_columns_probabilities()
    {
        Near([0.25, 0.75], Value(X.Softmax(groups: 1), [0, Math.Log(3)]));
        Near([1, 1], Value(X.Softmax(groups: 2), [5, 1000]));
    }

    [Fact]
    public void Cross_entropy_is_the_negative_logarithm_of_the_target_s_probability()
    {
        var logits = new Variable("logits", new(Extent.Positions, 2));
        var document = Inputs.Of(Packing.Of(2)).With(IndexInput.Targets, [1, 0]);
        var value = logits.CrossEntropy(IndexInput.Targets).Evaluate(
            Environment<Real>.Of(document).With(logits, new(2, 2, [new(0), new(Math.Log(3)), new(0), new(Math.Log(3))])));
        Near([Math.Log(4.0 / 3), Math.Log(4)], [.. value.Entries.Select(x => x.Plain)]);
    }

    // Queries and keys have four columns, so that products are divided by 2.
    [Fact]
    public void Attention_weights_are_the_softmax_of_scaled_products_with_the_keys_seen()
    {
        Variable q = new("q", new(Extent.Positions, 4)), k = new("k", q.Shape);
        var weights = Layers.AttentionWeights(q, k, new(Count: 1, BlockSize: 2)).Evaluate(
            Environment<Real>.Of(Inputs.Of(Packing.Of(2)))
                .With(q, Matrix<Real>.Filled(2, 4, new(1)))
                .With(k, Matrix<Real>.Of(2, 4, (i, j) => new(i == 1 && j == 0 ? 2 * Math.Log(3) : 0))));
        Near([1, 0, 0.25, 0.75], [.. weights.Entries.Select(x => x.Plain)]);
    }

    [Fact]
    public void The_residual_stream_is_named_after_its_layers()
    {
        var gpt = new Gpt(Configuration.Create(nEmbd: 2, nHead: 1, nLayer: 2, blockSize: 2, vocabSize: 2).OrThrow());
        Assert.Equal(
            ["embedding", "layer0.attention", "layer0.mlp", "layer1.attention", "layer1.mlp"], gpt.Stream.Select(point => point.Name));
        var seen = new List<string>();
        gpt.StreamOf((name, rows) =>
        {
            seen.Add(name);
            return rows;
        });
        Assert.Equal(["layer0.keys", "layer0.values", "layer1.keys", "layer1.values"], seen);
    }

    [Fact]
    public void Inputs_have_names() => Assert.Equal(
        ["tokens", "positions", "targets"],
        ((IndexInput[])[IndexInput.Tokens, IndexInput.Positions, IndexInput.Targets]).Select(input => input.ToString()));

    [Fact]
    public void An_earlier_token_is_an_input_and_before_the_start_it_is_BOS()
    {
        var before = IndexInput.Before(2);
        var column = new int[4];
        before.Fill([9, 1, 2, 3, 9], column);
        Assert.Equal([9, 9, 9, 1], column);
        Assert.Equal("token 2 before", $"{before}");
    }

    private static ImmutableArray<double> Value(Expr y, double[] x, params (Variable Variable, Matrix<Real> Value)[] others)
    {
        var environment = Environment<Real>.Of(Inputs.None).With(X, new(1, 2, [.. x.Select(Real.Constant)]));
        var bound = others.Aggregate(environment, (all, other) => all.With(other.Variable, other.Value));
        return [.. y.Evaluate(bound).Entries.Select(entry => entry.Plain)];
    }

    private static void Near(double[] expected, ImmutableArray<double> found)
    {
        Assert.Equal(expected.Length, found.Length);
        // A result rounds a few times.
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-14 * (1 + Math.Abs(expected[i])));
    }
}
