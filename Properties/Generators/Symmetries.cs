using System.Collections.Immutable;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>A rearrangement of parameters and tokens that leaves the function of a model the same.</summary>
/// <param name="Source">The row and column that a parameter is taken from, by matrix, row and column.</param>
/// <param name="Token">The new id of a token.</param>
public sealed record Symmetry(Func<string, int, int, (int Row, int Column)> Source, Func<int, int> Token)
{
    /// <summary>The rearranged model.</summary>
    public GptCase Of(GptCase model) => model with
    {
        Parameters = Of(model.Parameters),
        Documents = [.. model.Documents.Select(tokens => tokens.Select(Token).ToImmutableArray())],
    };

    /// <summary>The rearranged parameters, or their gradient.</summary>
    public T Of<T>(T values) where T : ParameterValues => (T)(values with
    {
        Values =
        [
            .. from pair in values.Table.Definitions.Zip(values.Matrices(x => x), (definition, matrix) => (definition, matrix))
               from i in Enumerable.Range(0, pair.definition.Rows)
               from j in Enumerable.Range(0, pair.definition.Columns)
               let source = Source(pair.definition.Name, i, j)
               select pair.matrix[source.Row, source.Column],
        ],
    });
}

/// <summary>Rearrangements of a model, drawn by its seed.</summary>
public static class Symmetries
{
    /// <summary>A permutation of token ids: the rows of wte and lm_head change places.</summary>
    public static Symmetry OfTokens(GptCase model)
    {
        var old = Permutation(model.Configuration.VocabSize, model.Seed);
        return new((name, i, j) => name is "wte" or "lm_head" ? (old[i], j) : (i, j), token => old.IndexOf(token));
    }

    /// <summary>A permutation of heads: the rows of attn_wq, attn_wk and attn_wv and the columns of attn_wo change places.</summary>
    public static Symmetry OfHeads(GptCase model)
    {
        var (old, d) = (Permutation(model.Configuration.NHead, model.Seed), model.Configuration.HeadDim);
        int Moved(int i) => old[i / d] * d + i % d;

        return new((name, i, j) => Kind(name) switch
        {
            "attn_wq" or "attn_wk" or "attn_wv" => (Moved(i), j),
            "attn_wo" => (i, Moved(j)),
            _ => (i, j),
        }, token => token);
    }

    /// <summary>
    /// A permutation of the channels of the residual stream: the columns of matrices that read it, and the rows of those that write it.
    /// </summary>
    public static Symmetry OfChannels(GptCase model)
    {
        var old = Permutation(model.Configuration.NEmbd, model.Seed);
        return new((name, i, j) => Kind(name) is "attn_wo" or "mlp_fc2" ? (old[i], j) : (i, old[j]), token => token);
    }

    /// <summary>A permutation of the neurons of the feed-forward layers: the rows of mlp_fc1 and the columns of mlp_fc2.</summary>
    public static Symmetry OfNeurons(GptCase model)
    {
        var old = Permutation(4 * model.Configuration.NEmbd, model.Seed);
        return new((name, i, j) => Kind(name) switch
        {
            "mlp_fc1" => (old[i], j),
            "mlp_fc2" => (i, old[j]),
            _ => (i, j),
        }, token => token);
    }

    /// <summary>
    /// Parameters with attn_wq and mlp_fc1 times 2ᵏ, and attn_wk and mlp_fc2 times 2⁻ᵏ. The model stays the same function, and no number is
    /// rounded otherwise.
    /// </summary>
    public static T Scaled<T>(T values, int k) where T : ParameterValues => (T)(values with
    {
        Values =
        [
            .. from pair in values.Table.Definitions.Zip(values.Matrices(x => x), (definition, matrix) => (definition, matrix))
               let power = Kind(pair.definition.Name) switch
               {
                   "attn_wq" or "mlp_fc1" => k,
                   "attn_wk" or "mlp_fc2" => -k,
                   _ => 0,
               }
               from x in pair.matrix.Entries
               select Math.ScaleB(x, power),
        ],
    });

    // The name of a matrix without that of its layer.
    private static string Kind(string name) => name[(name.IndexOf('.') + 1)..];

    private static ImmutableArray<int> Permutation(int count, int seed) =>
        PythonRandom.Seed(seed).Shuffle<int>([.. Enumerable.Range(0, count)]).Value;
}
