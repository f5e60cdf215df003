using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

// The GPT, whole: GPT-2 with rmsnorm for layernorm, relu for gelu, and no biases. It is one expression, for any number of packed
// documents of any length.

/// <summary>A GPT as expressions in its parameters.</summary>
public sealed class Gpt
{
    private readonly ImmutableDictionary<string, Variable> parameters;
    private readonly Heads heads;

    /// <summary>Builds the GPT's expressions for a configuration.</summary>
    public Gpt(Configuration configuration)
    {
        Configuration = configuration;
        heads = new(configuration.NHead, configuration.BlockSize);
        Variables = [.. configuration.ParameterShapes.Select(p => new Variable(p.Name, new(p.Rows, p.Columns)))];
        parameters = Variables.ToImmutableDictionary(variable => variable.Name);
        Stream = [.. StreamOf((_, rows) => rows)];
        Logits = Stream[^1].X.Linear(parameters["lm_head"]);
        Loss = Logits.CrossEntropy(Targets).MeanRows().MeanRows();
    }

    /// <summary>The token at each position: the input.</summary>
    public static Indices Tokens { get; } = new("tokens");

    /// <summary>The position of each row in its document, from 0.</summary>
    public static Indices Positions { get; } = new("positions");

    /// <summary>The token after each position, which the model should predict.</summary>
    public static Indices Targets { get; } = new("targets");

    /// <summary>The sizes of the model.</summary>
    public Configuration Configuration { get; }

    /// <summary>The parameters, in the order of <see cref="Configuration.ParameterShapes"/>.</summary>
    public ImmutableArray<Variable> Variables { get; }

    /// <summary>The residual stream after the embedding and after each half of each block, by name: [positions, n_embd].</summary>
    public ImmutableArray<(string Name, Expr X)> Stream { get; }

    /// <summary>The logits of the next token at each position: [positions, vocab_size].</summary>
    public Expr Logits { get; }

    /// <summary>The mean over documents of the mean over positions of -log p(next token): [1, 1].</summary>
    public Expr Loss { get; }

    /// <summary>The environment in which the GPT's expressions are evaluated: the parameters, in any kind of number, and a batch.</summary>
    public Environment<T> Bind<T>(IEnumerable<Matrix<T>> parameters, Inputs batch) where T : IEvaluated<T> =>
        Variables.Zip(parameters, (variable, value) => (variable, value))
            .Aggregate(Environment<T>.Of(batch), (bound, parameter) => bound.With(parameter.variable, parameter.value));

    /// <summary>
    /// The logits if attention uses the keys and values that <paramref name="context"/> returns. It is called with "layer0.keys",
    /// "layer0.values", "layer1.keys", …, and with what the layer computes for the positions of the batch.
    /// </summary>
    public Expr LogitsOf(Func<string, Expr, Expr> context) =>
        StreamOf(context).Last().X.Linear(parameters["lm_head"]);

    private IEnumerable<(string Name, Expr X)> StreamOf(Func<string, Expr, Expr> context)
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

    private Variable Weights(int layer, string name) => parameters[$"layer{layer}.{name}"];
}
