// GPT-2 (Radford et al., 2019): LayerNorm with gain and bias, biases everywhere, GELU, and a tied head. The head is the table of token
// embeddings once more: a variable that is used twice, whose gradient is the sum of both uses.

using MicroGpt.Autograd;
using MicroGpt.Model;
using static MicroGpt.Model.IndexInput;

namespace MicroGpt.Examples;

/// <summary>GPT-2.</summary>
public static class Gpt2
{
    /// <summary>The model of a GPT's sizes.</summary>
    public static LanguageModel Of(Configuration c)
    {
        var (wte, wpe) = (Parameter.Embedding("wte", c.VocabSize, c.NEmbd), Parameter.Embedding("wpe", c.BlockSize, c.NEmbd));
        var x = wte.Gather(Tokens) + wpe.Gather(Positions);
        for (var layer = 0; layer < c.NLayer; layer++) x = Block(x, $"layer{layer}", new(c.NHead, c.BlockSize));
        return LanguageModel.Of(Norm(x, "ln_f").Linear(wte), c.BlockSize);
    }

    private static Expr Block(Expr x, string layer, Heads heads)
    {
        var (normed, n) = (Norm(x, $"{layer}.ln_1"), x.Shape.Columns);
        var (q, k, v) = (Affine(normed, $"{layer}.attn_q", n), Affine(normed, $"{layer}.attn_k", n), Affine(normed, $"{layer}.attn_v", n));
        x = Affine(Layers.AttentionWeights(q, k, heads).Mix(v, heads), $"{layer}.attn_proj", n) + x;
        return Affine(Affine(Norm(x, $"{layer}.ln_2"), $"{layer}.mlp_fc", 4 * n).Gelu(), $"{layer}.mlp_proj", n) + x;
    }

    private static Expr Norm(Expr x, string name) => x.LayerNorm()
        .TimesRow(Parameter.Vector($"{name}.gain", x.Shape.Columns, 1)).PlusRow(Parameter.Vector($"{name}.bias", x.Shape.Columns, 0));

    private static Expr Affine(Expr x, string name, int outputs) =>
        x.Linear(Parameter.Weight($"{name}.weight", outputs, x.Shape.Columns)).PlusRow(Parameter.Vector($"{name}.bias", outputs, 0));
}
