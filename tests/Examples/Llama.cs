// Llama (Touvron et al., 2023): RMSNorm with gain, rotary positions instead of a table of positions, SwiGLU, and no biases.

using MicroGpt.Autograd;
using MicroGpt.Model;
using static MicroGpt.Model.IndexInput;

namespace MicroGpt.Examples;

/// <summary>Llama.</summary>
public static class Llama
{
    /// <summary>The model of a GPT's sizes. The number of columns of a head is even.</summary>
    public static LanguageModel Of(Configuration c)
    {
        Expr x = Parameter.Embedding("wte", c.VocabSize, c.NEmbd).Gather(Tokens);
        for (var layer = 0; layer < c.NLayer; layer++) x = Block(x, $"layer{layer}", new(c.NHead, c.BlockSize));
        return LanguageModel.Of(Linear(Norm(x, "norm"), "lm_head", c.VocabSize), c.BlockSize);
    }

    private static Expr Block(Expr x, string layer, Heads heads)
    {
        var (normed, n) = (Norm(x, $"{layer}.attn_norm"), x.Shape.Columns);
        var (q, k) = (Linear(normed, $"{layer}.attn_wq", n).Rotate(heads), Linear(normed, $"{layer}.attn_wk", n).Rotate(heads));
        var attention = Layers.AttentionWeights(q, k, heads).Mix(Linear(normed, $"{layer}.attn_wv", n), heads);
        x = Linear(attention, $"{layer}.attn_wo", n) + x;
        return Linear(SwiGlu(Norm(x, $"{layer}.mlp_norm"), layer), $"{layer}.mlp_down", n) + x;
    }

    // Three matrices of 8/3·n rows have as many parameters as two of 4·n rows (Shazeer, 2020).
    private static Expr SwiGlu(Expr x, string layer)
    {
        var hidden = 8 * x.Shape.Columns / 3;
        return Linear(x, $"{layer}.mlp_gate", hidden).Silu() * Linear(x, $"{layer}.mlp_up", hidden);
    }

    private static Expr Norm(Expr x, string name) => x.RmsNorm().TimesRow(Parameter.Vector($"{name}.gain", x.Shape.Columns, 1));

    private static Expr Linear(Expr x, string name, int outputs) => x.Linear(Parameter.Weight(name, outputs, x.Shape.Columns));
}
