using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>The sizes of a GPT: what follows from them, and all problems with them at once.</summary>
public class ConfigurationFacts
{
    [Fact]
    public void Sizes_determine_heads_parameters_and_the_loss_of_chance()
    {
        var sizes = Configuration.Create(nEmbd: 6, nHead: 3, nLayer: 2, blockSize: 5, vocabSize: 7).OrThrow();
        Assert.Equal(2, sizes.HeadDim);
        Assert.Equal((7 + 5 + 7) * 6 + 2 * 12 * 6 * 6, sizes.ParameterCount);
        Assert.Equal(sizes.ParameterCount, sizes.Table.ParameterCount);
        Assert.Equal(Math.Log(7), sizes.ChanceLoss);
        Assert.Equal(
            ["wte", "wpe", "lm_head", .. ((string[])["wq", "wk", "wv", "wo"]).Select(name => $"layer0.attn_{name}"), "layer0.mlp_fc1"],
            sizes.Table.Definitions.Take(8).Select(definition => definition.Name));
    }

    [Fact]
    public void Each_size_is_at_least_1() => Assert.Equal(
        ((string[])["n_embd", "n_head", "n_layer", "block_size", "vocab_size"]).Select(size => $"{size} is 0; it must be at least 1."),
        Problems(0, 0, 0, 0, 0));

    [Fact]
    public void Heads_share_the_columns() => Assert.Equal(
        ["n_layer is -1; it must be at least 1.", "n_embd is 6, which n_head, 4, does not divide; make it a multiple of 4."],
        Problems(6, 4, -1, 1, 2));

    [Fact]
    public void Parameters_fit_an_array()
    {
        Assert.Equal(
            ["n_embd 100000, n_layer 1 and block_size 1 make 120,000,500,000 parameters, more than memory can hold; choose smaller ones."],
            Problems(100_000, 1, 1, 1, 2));
        Assert.Empty(Problems(10_000, 1, 1, 1, 2));
        Assert.Equal(["n_head is 0; it must be at least 1."], Problems(100_000, 0, 1, 1, 2));
    }

    private static string[] Problems(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize) =>
        Configuration.Create(nEmbd, nHead, nLayer, blockSize, vocabSize).Sentences();
}
