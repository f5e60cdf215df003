using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The compiled decoder: a program that computes the logits for one more token, in single or double precision.</summary>
public static class CompiledDecoder
{
    /// <summary>
    /// Compiles the decoder of a GPT with the given parameters, in the precision of T. Concurrent calls are safe, because each call uses a
    /// separate workspace.
    /// </summary>
    public static Decoder Compile<T>(Gpt gpt, Parameters parameters) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var position = new DecodedPosition(gpt);
        var expressions = Fusion.Fuse([position.Logits, .. position.KeysAndValues]);
        var pool = new WorkspacePool<DecoderWorkspace<T>>(() => new(gpt, parameters, position.Past, expressions));
        return new(gpt.Configuration, (cache, token) => pool.Use(workspace => workspace.Step(cache, token)));
    }
}

/// <summary>
/// The buffers of a compiled decoder. Between steps, they keep the keys and values of the cache that the last step returned.
/// </summary>
[Workspace]
internal sealed class DecoderWorkspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Configuration configuration;
    private readonly BatchLayout layout;
    private readonly Program<T> program;
    private readonly ImmutableArray<MatrixBuffer<T>> past; // the keys and values of each layer: matrices [block_size, n_embd]
    private readonly int[] tokens, positions;
    private KeyValueCache held = KeyValueCache.Empty;      // the cache whose keys and values the buffers hold now

    /// <summary>
    /// A workspace with an empty cache. Its program computes the logits, and the keys and values of each layer.
    /// </summary>
    public DecoderWorkspace(Gpt gpt, Parameters parameters, ImmutableArray<Variable> pastVariables, ImmutableArray<Expr> expressions)
    {
        configuration = gpt.Configuration;
        var buffers = new ParameterBuffers<T>(configuration);
        buffers.Load(parameters);
        layout = new(documents: 1, positions: 1, past: configuration.BlockSize - 1);
        past = [.. pastVariables.Select(variable => MatrixBuffer<T>.Allocate(configuration.BlockSize, configuration.NEmbd))];
        program = Program<T>.Compile([.. expressions.Select(x => new Output<T>(x))], layout, variable =>
            pastVariables.IndexOf(variable) is var k and >= 0 ? past[k] : buffers.Buffers[gpt.Variables.IndexOf(variable)]);
        (tokens, positions) = (layout[Gpt.Tokens], layout[Gpt.Positions]);
    }

    /// <summary>
    /// Computes the logits, [vocab_size], of the token after <paramref name="token"/>. Returns the logits, and the cache with one more
    /// position. If the cache is not the one that the last step returned, its rows are first copied into the buffers.
    /// </summary>
    public (ImmutableArray<double> Logits, KeyValueCache Next) Step(KeyValueCache cache, int token)
    {
        if (!ReferenceEquals(cache, held)) Load(cache);
        layout.Clear(cache.Length);
        layout.Append(1);
        (tokens[0], positions[0]) = (token, cache.Length);
        program.Run();

        var (logits, keysAndValues) = (new double[configuration.VocabSize], new double[past.Length * configuration.NEmbd]);
        program.Results[0].Store(1, logits.Length, logits);
        for (var k = 0; k < past.Length; k++)
        {
            program.Results[k + 1].Row(0).CopyTo(past[k].Row(cache.Length));
            program.Results[k + 1].Store(1, configuration.NEmbd, keysAndValues.AsSpan(k * configuration.NEmbd));
        }
        held = cache.With(ImmutableCollectionsMarshal.AsImmutableArray(keysAndValues));
        return (ImmutableCollectionsMarshal.AsImmutableArray(logits), held);
    }

    private void Load(KeyValueCache cache)
    {
        var rows = cache.Rows();
        for (var i = 0; i < rows.Length; i++)
            for (var k = 0; k < past.Length; k++)
                past[k].Load(configuration.NEmbd, rows[i].AsSpan(k * configuration.NEmbd, configuration.NEmbd), firstRow: i);
    }
}
