using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Generation;

// To invent a name, the GPT is asked for the next token again and again. Rows that were seen do not change, so their keys and
// values are kept.

/// <summary>The keys and values, [past, n_embd] each, of every layer at the positions seen so far.</summary>
public sealed record KeyValueCache(ImmutableArray<(Matrix<Real> Keys, Matrix<Real> Values)> Layers)
{
    /// <summary>Nothing was seen yet.</summary>
    public static KeyValueCache Empty(Configuration configuration) =>
        new([.. Enumerable.Repeat((None(configuration), None(configuration)), configuration.NLayer)]);

    /// <summary>How many positions were seen.</summary>
    public int Length => Layers[0].Keys.Rows;

    private static Matrix<Real> None(Configuration configuration) => new(0, configuration.NEmbd, []);
}

/// <summary>A GPT with its parameters, asked for one position at a time.</summary>
public sealed class Decoder
{
    private readonly Gpt gpt;
    private readonly ImmutableArray<Matrix<Real>> parameters;
    private readonly ImmutableArray<(Variable Keys, Variable Values)> past;
    private readonly ImmutableArray<Expr> logitsAndContext;

    /// <summary>The decoder of a GPT with these parameters.</summary>
    public Decoder(Gpt gpt, Parameters parameters)
    {
        this.gpt = gpt;
        this.parameters = parameters.Matrices(x => new Real(x));
        var shape = new Shape(Extent.Past, gpt.Configuration.NEmbd);
        past = [.. Enumerable.Range(0, gpt.Configuration.NLayer)
            .Select(layer => (new Variable($"layer{layer}.keys", shape), new Variable($"layer{layer}.values", shape)))];
        var context = ImmutableArray.CreateBuilder<Expr>();
        var logits = gpt.LogitsOf((layer, k, v) =>
        {
            var seen = (Keys: past[layer].Keys.IntoContext() + k.IntoContext(), Values: past[layer].Values.IntoContext() + v.IntoContext());
            context.AddRange(seen.Keys, seen.Values);
            return seen;
        });
        logitsAndContext = [logits, .. context];
    }

    /// <summary>The GPT's sizes.</summary>
    public Configuration Configuration => gpt.Configuration;

    /// <summary>The logits of the token after this one, [vocab_size], and the cache with its keys and values.</summary>
    public (ImmutableArray<double> Logits, KeyValueCache Next) Step(KeyValueCache cache, int token)
    {
        var inputs = Inputs.Of(Packing.Next(cache.Length)).With(Gpt.Tokens, [token]).With(Gpt.Positions, [cache.Length]);
        var environment = past.Zip(cache.Layers, (variables, seen) => (variables, seen)).Aggregate(gpt.Bind(parameters, inputs), (bound, layer) =>
            bound.With(layer.variables.Keys, layer.seen.Keys).With(layer.variables.Values, layer.seen.Values));
        var values = Evaluation.Evaluate(logitsAndContext, environment);
        var layers = values.Skip(1).Chunk(2).Select(pair => (pair[0], pair[1]));
        return ([.. values[0].Entries.Select(x => x.Plain)], new([.. layers]));
    }
}
