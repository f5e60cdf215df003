using System.Collections.Immutable;
using MicroGpt.Autograd;
using static MicroGpt.Model.IndexInput;

namespace MicroGpt.Model;

// The GPT, whole: GPT-2 with rmsnorm for layernorm, relu for gelu, and no biases. It is one expression, for any number of packed
// documents of any length.

/// <summary>A GPT: a language model of a configuration, and the parts of which its expressions consist.</summary>
public sealed class Gpt
{
    private readonly ImmutableDictionary<string, Parameter> parameters;
    private readonly Heads heads;

    /// <summary>Builds the GPT's expressions for a configuration.</summary>
    public Gpt(Configuration configuration)
    {
        Configuration = configuration;
        heads = new(configuration.NHead, configuration.BlockSize);
        ImmutableArray<Parameter> variables = [.. configuration.Table.Definitions.Select(definition => new Parameter(definition))];
        parameters = variables.ToImmutableDictionary(variable => variable.Name);
        Stream = StreamOf((_, rows) => rows);
        Logits = LogitsOf(Stream);
        Model = LanguageModel.Of(variables, Logits, configuration.BlockSize);
    }

    /// <summary>The sizes of the model.</summary>
    public Configuration Configuration { get; }

    /// <summary>The language model: the parameters in the order of <see cref="Configuration.Table"/>, the logits and their loss.</summary>
    public LanguageModel Model { get; }

    /// <summary>The residual stream after the embedding and after each half of each block, by name: [positions, n_embd].</summary>
    public ImmutableArray<(string Name, Expr X)> Stream { get; }

    /// <summary>The logits of the next token at each position: [positions, vocab_size].</summary>
    public Expr Logits { get; }

    /// <summary>
    /// The residual stream if attention uses the keys and values that <paramref name="context"/> returns. It is called with "layer0.keys",
    /// "layer0.values", "layer1.keys", …, and with what the layer computes for the positions of the batch.
    /// </summary>
    public ImmutableArray<(string Name, Expr X)> StreamOf(Func<string, Expr, Expr> context) => [.. Blocks(context)];

    /// <summary>The logits after a residual stream.</summary>
    public Expr LogitsOf(ImmutableArray<(string Name, Expr X)> stream) => stream[^1].X.Linear(parameters["lm_head"]);

    private IEnumerable<(string Name, Expr X)> Blocks(Func<string, Expr, Expr> context)
    {
        var x = (parameters["wte"].Gather(Tokens) + parameters["wpe"].Gather(Positions)).RmsNorm();
        yield return ("embedding", x);
        for (var layer = 0; layer < Configuration.NLayer; layer++)
        {
            yield return ($"layer{layer}.attention", x = Attention(x, layer, context));
            yield return ($"layer{layer}.mlp", x = Mlp(x, layer));
        }
    }

    /// <summary>The first half of a transformer block: communication by attention, added to the residual stream.</summary>
    private Expr Attention(Expr x, int layer, Func<string, Expr, Expr> context)
    {
        var normed = x.RmsNorm();
        var q = normed.Linear(Weights(layer, "attn_wq"));
        var keys = context($"layer{layer}.keys", normed.Linear(Weights(layer, "attn_wk")));
        var values = context($"layer{layer}.values", normed.Linear(Weights(layer, "attn_wv")));
        return Layers.AttentionWeights(q, keys, heads).Mix(values, heads).Linear(Weights(layer, "attn_wo")) + x;
    }

    /// <summary>The second half of a transformer block: computation by an MLP, added to the residual stream.</summary>
    private Expr Mlp(Expr x, int layer) =>
        x.RmsNorm().Linear(Weights(layer, "mlp_fc1")).Relu().Linear(Weights(layer, "mlp_fc2")) + x;

    public override string ToString() => $"GPT of {Configuration}";

    private Parameter Weights(int layer, string name) => parameters[$"layer{layer}.{name}"];
}
