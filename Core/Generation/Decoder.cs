using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Generation;

// Generation computes the logits of one position after another. The keys and values of earlier positions do not change, so a cache
// keeps them.

/// <summary>A key/value cache: keys and values of every layer at the positions seen so far, as an immutable linked list.</summary>
public sealed class KeyValueCache
{
    private KeyValueCache(int length, ImmutableArray<double> last, KeyValueCache? before) =>
        (Length, Last, Before) = (length, last, before);

    /// <summary>The cache before the first position.</summary>
    public static KeyValueCache Empty { get; } = new(0, [], null);

    /// <summary>The number of positions in the cache.</summary>
    public int Length { get; }

    /// <summary>Keys and values of the last position, [n_layer, 2, n_embd]: keys, then values.</summary>
    public ImmutableArray<double> Last { get; }

    /// <summary>The cache without the last position; null if this cache is empty.</summary>
    public KeyValueCache? Before { get; }

    /// <summary>The cache with one more position, whose keys and values are [n_layer, 2, n_embd].</summary>
    public KeyValueCache With(ImmutableArray<double> keysAndValues) => new(Length + 1, keysAndValues, this);

    /// <summary>Keys and values of all positions, in order: <see cref="Length"/> arrays [n_layer, 2, n_embd].</summary>
    public ImmutableArray<ImmutableArray<double>> Rows()
    {
        var rows = new ImmutableArray<double>[Length];
        for (var cache = this; cache.Before is { } before; cache = before) rows[cache.Length - 1] = cache.Last;
        return [.. rows];
    }

    public override string ToString() => $"{Length} positions";
}

/// <summary>
/// A decoder: a GPT with its parameters, evaluated one position at a time. A step takes a cache and a token. It returns the logits of
/// the next token, [vocab_size], and the cache with one more position.
/// </summary>
public sealed record Decoder(
    Configuration Configuration, Func<KeyValueCache, int, (ImmutableArray<double> Logits, KeyValueCache Next)> Step)
{
    /// <summary>The decoder that evaluates the expressions of a position. Every faster decoder must agree with it.</summary>
    public static Decoder Of(Gpt gpt, Parameters parameters)
    {
        var (position, matrices, width) = (new DecodedPosition(gpt), parameters.Matrices(x => new Real(x)), gpt.Configuration.NEmbd);
        return new(gpt.Configuration, (cache, token) =>
        {
            var rows = cache.Rows();
            var environment = gpt.Bind(matrices, DecodedPosition.Inputs(cache.Length, token));
            for (var k = 0; k < position.Past.Length; k++)
                environment = environment.With(
                    position.Past[k], Matrix<Real>.Of(rows.Length, width, (i, j) => new(rows[i][(k * width) + j])));
            var values = Evaluation.Evaluate([position.Logits, .. position.KeysAndValues], environment);
            var keysAndValues = values.Skip(1).SelectMany(x => x.Entries, (_, x) => x.Plain);
            return ([.. values[0].Entries.Select(x => x.Plain)], cache.With([.. keysAndValues]));
        });
    }
}

/// <summary>One position as expressions: its logits, keys and values, given the keys and values of earlier positions.</summary>
public sealed class DecodedPosition
{
    /// <summary>The expressions of a GPT at the next position.</summary>
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

    /// <summary>Keys and values of each layer at earlier positions, [past, n_embd].</summary>
    public ImmutableArray<Variable> Past { get; }

    /// <summary>The logits of the token after this position, [1, vocab_size].</summary>
    public Expr Logits { get; }

    /// <summary>Keys and values of each layer at this position, [1, n_embd].</summary>
    public ImmutableArray<Expr> KeysAndValues { get; }

    public override string ToString() => $"{Logits}";

    /// <summary>The inputs for a token after <paramref name="past"/> positions.</summary>
    public static Inputs Inputs(int past, int token) =>
        Autograd.Inputs.Of(Packing.Next(past)).With(Gpt.Tokens, [token]).With(Gpt.Positions, [past]);
}
