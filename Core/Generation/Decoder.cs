using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Generation;

// To invent a name, the GPT is asked for the next token again and again. Rows that were seen do not change, so their keys and
// values are kept.

/// <summary>The keys and values of every layer at the positions seen so far: each position adds its own to those before it.</summary>
public sealed class KeyValueCache
{
    private KeyValueCache(int length, ImmutableArray<double> last, KeyValueCache? before) => (Length, Last, Before) = (length, last, before);

    /// <summary>Nothing was seen yet.</summary>
    public static KeyValueCache Empty { get; } = new(0, [], null);

    /// <summary>How many positions were seen.</summary>
    public int Length { get; }

    /// <summary>Those of the last position: [n_layer, 2, n_embd], keys and then values.</summary>
    public ImmutableArray<double> Last { get; }

    /// <summary>What there was before it.</summary>
    public KeyValueCache? Before { get; }

    /// <summary>With those of one more position.</summary>
    public KeyValueCache With(ImmutableArray<double> keysAndValues) => new(Length + 1, keysAndValues, this);

    /// <summary>Those of all positions, the first one first.</summary>
    public ImmutableArray<ImmutableArray<double>> Rows()
    {
        var rows = new ImmutableArray<double>[Length];
        for (var cache = this; cache.Before is { } before; cache = before) rows[cache.Length - 1] = cache.Last;
        return [.. rows];
    }

    public override string ToString() => $"{Length} positions";
}

/// <summary>
/// A GPT with its parameters, asked for one position at a time: given what was seen and a token, the logits of the token after it,
/// [vocab_size], and what has been seen then.
/// </summary>
public sealed record Decoder(Configuration Configuration, Func<KeyValueCache, int, (ImmutableArray<double> Logits, KeyValueCache Next)> Step)
{
    /// <summary>The decoder that evaluates the expression, which every faster one has to agree with.</summary>
    public static Decoder Of(Gpt gpt, Parameters parameters)
    {
        var (position, matrices, width) = (new DecodedPosition(gpt), parameters.Matrices(x => new Real(x)), gpt.Configuration.NEmbd);
        return new(gpt.Configuration, (cache, token) =>
        {
            var rows = cache.Rows();
            var environment = gpt.Bind(matrices, DecodedPosition.Inputs(cache.Length, token));
            for (var k = 0; k < position.Past.Length; k++)
                environment = environment.With(position.Past[k], Matrix<Real>.Of(rows.Length, width, (i, j) => new(rows[i][(k * width) + j])));
            var values = Evaluation.Evaluate([position.Logits, .. position.KeysAndValues], environment);
            return ([.. values[0].Entries.Select(x => x.Plain)], cache.With([.. values.Skip(1).SelectMany(x => x.Entries, (_, x) => x.Plain)]));
        });
    }
}

/// <summary>One more position as expressions: its logits, and its keys and values, given those of the past.</summary>
public sealed class DecodedPosition
{
    /// <summary>The next position of a GPT.</summary>
    public DecodedPosition(Gpt gpt)
    {
        var shape = new Shape(Extent.Past, gpt.Configuration.NEmbd);
        Past = [.. Enumerable.Range(0, gpt.Configuration.NLayer)
            .SelectMany(layer => new Variable[] { new($"layer{layer}.keys", shape), new($"layer{layer}.values", shape) })];
        var present = ImmutableArray.CreateBuilder<Expr>();
        Logits = gpt.LogitsOf((layer, keys, values) =>
        {
            present.AddRange(keys, values);
            return (Past[2 * layer].IntoContext() + keys.IntoContext(), Past[2 * layer + 1].IntoContext() + values.IntoContext());
        });
        KeysAndValues = present.ToImmutable();
    }

    /// <summary>The keys and the values of each layer at the positions seen before, [past, n_embd].</summary>
    public ImmutableArray<Variable> Past { get; }

    /// <summary>The logits, [1, vocab_size].</summary>
    public Expr Logits { get; }

    /// <summary>The keys and the values of each layer, [1, n_embd].</summary>
    public ImmutableArray<Expr> KeysAndValues { get; }

    public override string ToString() => $"{Logits}";

    /// <summary>A token that stands after so many positions.</summary>
    public static Inputs Inputs(int past, int token) =>
        Autograd.Inputs.Of(Packing.Next(past)).With(Gpt.Tokens, [token]).With(Gpt.Positions, [past]);
}
