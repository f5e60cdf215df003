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
    /// Compiles the decoder of a GPT with the given parameters, in the precision of T, with keys and values cached. Concurrent calls are
    /// safe, because each call uses a separate workspace.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public static Decoder Compile<T>(Gpt gpt, Parameters parameters, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var position = new DecodedPosition(gpt);
        var expressions = Fusion.Fuse([position.Logits, .. position.Extended], observer);
        var pool = new WorkspacePool<DecoderWorkspace<T>>(() => new(gpt, parameters, position, expressions, default));
        pool.Add(new(gpt, parameters, position, expressions, observer));
        return new(gpt.Configuration.BlockSize, gpt.Configuration.VocabSize, (cache, token) =>
            pool.Use(workspace => workspace.Step(cache, token)));
    }

    /// <summary>
    /// Compiles the decoder of any model with logits, in the precision of T. It computes the logits of the whole prefix at each position.
    /// Concurrent calls are safe.
    /// </summary>
    /// <exception cref="OperationCanceledException">The compilation is cancelled.</exception>
    public static Decoder Compile<T>(LanguageModel model, Parameters parameters, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Decoder.Of(model, parameters, logits =>
    {
        var evaluate = CompiledEvaluation.Compile<T>([logits], documents: 1, model.BlockSize, observer);
        return environment => evaluate(environment)[0];
    });
}

/// <summary>
/// The buffers of a compiled decoder. Between steps, they keep the keys and values of the cache that the last step returned.
/// </summary>
[Workspace]
internal sealed class DecoderWorkspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Configuration configuration;
    private readonly BatchLayout layout = new(documents: 1, positions: 1);
    private readonly Program<T> program;
    private readonly ImmutableArray<MatrixBuffer<T>> cached; // keys and values of each layer: matrices [block_size, n_embd]
    private readonly int[] tokens, positions;
    private KeyValueCache held = KeyValueCache.Empty;        // the cache whose keys and values the buffers hold now; later rows are 0

    /// <summary>
    /// A workspace with an empty cache. Its program computes the logits, and appends the keys and values of each layer in their buffers.
    /// </summary>
    public DecoderWorkspace(
        Gpt gpt, Parameters parameters, DecodedPosition position, ImmutableArray<Expr> logitsAndExtended, Observer observer)
    {
        configuration = gpt.Configuration;
        var buffers = new ParameterBuffers<T>(gpt.Model.Table);
        buffers.Load(parameters);
        cached = [.. position.Cached.Select(variable => MatrixBuffer<T>.Allocate(configuration.BlockSize, configuration.NEmbd))];
        var ofVariable = gpt.Model.Variables.Concat(position.Cached).Zip(buffers.Buffers.Concat(cached)).ToDictionary();
        program = Program<T>.Compile(
            [.. logitsAndExtended.Select((x, k) => new Output(x, k > 0 ? position.Cached[k - 1] : null))],
            layout, variable => ofVariable[variable], observer);
        (tokens, positions) = (layout[IndexInput.Tokens], layout[IndexInput.Positions]);
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

        var (logits, keysAndValues) = (new double[configuration.VocabSize], new double[cached.Length * configuration.NEmbd]);
        program.Results[0].Store(1, logits.Length, logits);
        for (var k = 0; k < cached.Length; k++)
            cached[k].From(cache.Length).Store(1, configuration.NEmbd, keysAndValues.AsSpan(k * configuration.NEmbd));
        held = cache.With(token, ImmutableCollectionsMarshal.AsImmutableArray(keysAndValues));
        return (ImmutableCollectionsMarshal.AsImmutableArray(logits), held);
    }

    // Copies the rows of a cache into the buffers, and clears the later rows that the buffers hold.
    private void Load(KeyValueCache cache)
    {
        var rows = cache.Rows();
        for (var k = 0; k < cached.Length; k++)
        {
            for (var i = 0; i < rows.Length; i++)
                cached[k].Load(configuration.NEmbd, rows[i].AsSpan(k * configuration.NEmbd, configuration.NEmbd), firstRow: i);
            cached[k].From(rows.Length).Rows(Math.Max(0, held.Length - rows.Length)).Clear();
        }
    }
}
