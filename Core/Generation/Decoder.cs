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
    public static Decoder Of(Gpt gpt, Parameters parameters) => Of(gpt, parameters, new DecodedPosition(gpt));

    internal static Decoder Of(Gpt gpt, Parameters parameters, DecodedPosition position)
    {
        var (matrices, width) = (parameters.Matrices(x => new Real(x)), gpt.Configuration.NEmbd);
        return new(gpt.Configuration, (cache, token) =>
        {
            var rows = cache.Rows();
            var environment = gpt.Bind(matrices, DecodedPosition.Inputs(cache.Length, token));
            for (var k = 0; k < position.Cached.Length; k++)
                environment = environment.With(position.Cached[k], Matrix<Real>.Of(
                    gpt.Configuration.BlockSize, width, (i, j) => new(i < rows.Length ? rows[i][k * width + j] : 0)));
            var values = Evaluation.Evaluate([position.Logits, .. position.Extended], environment);
            var keysAndValues = values.Skip(1).SelectMany(x => x.Entries.Slice(cache.Length * width, width), (_, x) => x.Plain);
            return ([.. values[0].Entries.Select(x => x.Plain)], cache.With([.. keysAndValues]));
        });
    }
}

/// <summary>One position as expressions. Its keys and values are appended to those of the earlier positions, which are variables.</summary>
public sealed class DecodedPosition
{
    /// <summary>The expressions of a GPT at the next position.</summary>
    public DecodedPosition(Gpt gpt) : this(gpt, (cached, row) => cached + row.ScatterAdd(Gpt.Positions, cached.Shape.Rows))
    {
    }

    internal DecodedPosition(Gpt gpt, Func<Variable, Expr, Expr> append)
    {
        var shape = new Shape(gpt.Configuration.BlockSize, gpt.Configuration.NEmbd);
        var (cached, extended) = (ImmutableArray.CreateBuilder<Variable>(), ImmutableArray.CreateBuilder<Expr>());
        Logits = gpt.LogitsOf((name, row) =>
        {
            cached.Add(new(name, shape));
            extended.Add(append(cached[^1], row));
            return extended[^1];
        });
        (Cached, Extended) = (cached.ToImmutable(), extended.ToImmutable());
    }

    /// <summary>The logits of the token after this position, [1, vocab_size].</summary>
    public Expr Logits { get; }

    /// <summary>
    /// Keys and values of each layer at the earlier positions, [block_size, n_embd]. The rows of this position and of later ones are 0.
    /// </summary>
    public ImmutableArray<Variable> Cached { get; }

    /// <summary><see cref="Cached"/>, with the keys and values of this position in its row.</summary>
    public ImmutableArray<Expr> Extended { get; }

    public override string ToString() => $"{Logits}";

    /// <summary>The inputs for a token at a position of its document.</summary>
    public static Inputs Inputs(int position, int token) =>
        Autograd.Inputs.Of(Packing.At(position)).With(Gpt.Tokens, [token]).With(Gpt.Positions, [position]);
}
