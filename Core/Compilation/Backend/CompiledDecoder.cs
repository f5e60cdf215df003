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
        var step = Tabulate(gpt, Fusion.Fuse([position.Logits, position.Probabilities, .. position.Extended], observer));
        var pool = new WorkspacePool<DecoderWorkspace<T>>(() => new(gpt, parameters, position, step, default));
        pool.Add(new(gpt, parameters, position, step, observer));
        return new(
            gpt.Configuration.BlockSize, gpt.Configuration.VocabSize,
            (cache, token) => pool.Use(workspace => workspace.Step(cache, token)),
            new Predictor<T>(pool));
    }

    private sealed class Predictor<T>(WorkspacePool<DecoderWorkspace<T>> pool) : IPredictor
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public (ImmutableArray<double> Probabilities, KeyValueCache Next) Predict(KeyValueCache cache, int token, double temperature) =>
            pool.Use(workspace => workspace.Predict(cache, token, temperature));

        public (TokenChoice? Choice, KeyValueCache Next) Draw(KeyValueCache cache, int token, double temperature, double share) =>
            pool.Use(workspace => workspace.Draw(cache, token, temperature, share));

        public Decoder Take() => pool.Take().Take();

        public void Add(IPredictor idle) => pool.Add((DecoderWorkspace<T>)idle);
    }

    /// <summary>The decoding step of a GPT with constant parameters, with tables of at most 2²² elements.</summary>
    internal static Tabulation Tabulate(Gpt gpt, ImmutableArray<Expr> step) =>
        Tabulation.Fold(step, gpt.Model.Variables.ToHashSet<Variable>(), MostInTables);

    /// <summary>The largest number of elements in the tables of a decoder.</summary>
    internal const int MostInTables = 1 << 22;

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
/// The buffers of a compiled decoder. Between steps, they keep the keys and values of the cache that the last step returned. A row of the
/// tables is computed when it is first needed.
/// </summary>
[Workspace]
internal sealed class DecoderWorkspace<T> : IPredictor where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Configuration configuration;
    private readonly BatchLayout layout = new(documents: 1, positions: 1);
    private readonly Program<T> program, rows;               // the step, and the program that computes a row of each table
    private readonly int rowsPerToken, rowsPerPosition;      // the strides of a row's number in the tables
    private readonly ImmutableArray<MatrixBuffer<T>> cached; // keys and values of each layer: matrices [block_size, n_embd]
    private readonly ImmutableArray<MatrixBuffer<T>> tables;
    private readonly bool[] isKnown;                         // for each row of the tables, true if it has been computed
    private readonly ImmutableArray<MatrixBuffer<T>> firsts; // for each output, its row at the first position, for each token
    private readonly bool[] isFirstKnown;
    private readonly MatrixBuffer<T> inverseTemperature;
    private readonly double[] probabilities;                 // those of the last draw, with the padding of the row
    private readonly int[] tokens, positions, numbers;
    private readonly Decoder own;                            // the decoder that runs in this workspace
    private KeyValueCache held = KeyValueCache.Empty;        // the cache whose keys and values the buffers hold now; later rows are 0
    private double temperature;                              // the temperature whose inverse the buffer holds

    /// <summary>
    /// A workspace with an empty cache. Its program computes the logits and the probabilities, and appends the keys and values of each
    /// layer in their buffers.
    /// </summary>
    public DecoderWorkspace(Gpt gpt, Parameters parameters, DecodedPosition position, Tabulation step, Observer observer)
    {
        configuration = gpt.Configuration;
        own = new(configuration.BlockSize, configuration.VocabSize, Step, this);
        (rowsPerToken, rowsPerPosition) = (step.StrideOf(IndexInput.Tokens), step.StrideOf(IndexInput.Positions));
        var buffers = new ParameterBuffers<T>(gpt.Model.Table);
        buffers.Load(parameters);
        cached = [.. position.Cached.Select(variable => MatrixBuffer<T>.Allocate(configuration.BlockSize, configuration.NEmbd))];
        tables = [.. step.Tables.Select(table => MatrixBuffer<T>.Allocate(step.Rows, table.Row.Shape.Columns))];
        isKnown = new bool[step.Rows];
        inverseTemperature = MatrixBuffer<T>.Allocate(1, configuration.VocabSize);
        var ofVariable = gpt.Model.Variables
            .Concat(position.Cached).Concat(step.Tables.Select(table => table.Variable)).Append(position.InverseTemperature)
            .Zip(buffers.Buffers.Concat(cached).Concat(tables).Append(inverseTemperature)).ToDictionary();
        var constants = gpt.Model.Variables.ToHashSet<Variable>();
        rows = Program<T>.Compile(
            [.. step.Tables.Select(table => new Output(table.Row))],
            layout, variable => ofVariable[variable], observer, constants: constants);
        program = Program<T>.Compile(
            [.. step.Expressions.Select((x, k) => new Output(x, k >= FirstCached ? position.Cached[k - FirstCached] : null))],
            layout, variable => ofVariable[variable], observer, constants: constants);
        var isSmall = step.Expressions.Sum(x => x.Shape.Columns) * (long)configuration.VocabSize <= CompiledDecoder.MostInTables;
        firsts = isSmall ? [.. step.Expressions.Select(x => MatrixBuffer<T>.Allocate(configuration.VocabSize, x.Shape.Columns))] : [];
        probabilities = new double[inverseTemperature.Stride];
        isFirstKnown = new bool[configuration.VocabSize];
        layout.Append(1);
        (tokens, positions, numbers) =
            (layout.Register(IndexInput.Tokens), layout.Register(IndexInput.Positions), layout.Register(step.Number));
    }

    // The outputs before the keys and values: the logits, and the probabilities.
    private const int FirstCached = 2;

    /// <summary>
    /// Computes the logits, [vocab_size], of the token after <paramref name="token"/>. Returns the logits, and the cache with one more
    /// position.
    /// </summary>
    public (ImmutableArray<double> Logits, KeyValueCache Next) Step(KeyValueCache cache, int token)
    {
        Run(cache, token);
        return (Result(0), held);
    }

    /// <summary>
    /// Computes the probabilities, [vocab_size], of the token after <paramref name="token"/>, at a temperature above 0. Returns the
    /// probabilities, and the cache with one more position.
    /// </summary>
    public (ImmutableArray<double> Probabilities, KeyValueCache Next) Predict(KeyValueCache cache, int token, double temperature)
    {
        SetTemperature(temperature);
        Run(cache, token);
        return (Result(1), held);
    }

    /// <inheritdoc/>
    public (TokenChoice? Choice, KeyValueCache Next) Draw(KeyValueCache cache, int token, double temperature, double share)
    {
        SetTemperature(temperature);
        Run(cache, token);
        program.Results[1].StoreRow(probabilities);
        return (TokenChoice.Draw(probabilities.AsSpan(0, configuration.VocabSize), share), held);
    }

    /// <inheritdoc/>
    public Decoder Take() => own;

    /// <inheritdoc/>
    public void Add(IPredictor idle)
    {
    }

    // Sets the temperature of the next step. At another temperature, the first position has other probabilities.
    private void SetTemperature(double temperature)
    {
        if (temperature == this.temperature) return;
        inverseTemperature.Row(0).Fill(T.CreateTruncating(Math.Pow(temperature, -1)));
        Array.Clear(isFirstKnown);
        this.temperature = temperature;
    }

    private ImmutableArray<double> Result(int k)
    {
        var entries = new double[configuration.VocabSize];
        program.Results[k].StoreRow(entries);
        return ImmutableCollectionsMarshal.AsImmutableArray(entries);
    }

    // Runs the step for the token after a cache. If the cache is not the one that the last step returned, the keys and values that the
    // buffers do not hold are first computed from its tokens.
    private void Run(KeyValueCache cache, int token)
    {
        if (!ReferenceEquals(cache, held)) Restore(cache);
        RunAt(cache.Length, token);
        held = cache.With(token, []);
    }

    private void RunAt(int position, int token)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)configuration.BlockSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)configuration.VocabSize);
        if (position == 0 && isFirstKnown[token])
        {
            for (var k = 0; k < firsts.Length; k++) firsts[k].Row(token).CopyTo(program.Results[k].Row(0));
            return;
        }
        layout.MoveTo(position);
        (tokens[0], positions[0]) = (token, position);
        if (!tables.IsEmpty)
        {
            numbers[0] = token * rowsPerToken + position * rowsPerPosition;
            if (!isKnown[numbers[0]]) ComputeRow(numbers[0]);
        }
        program.Run();
        if (position == 0 && firsts.Length > 0)
        {
            for (var k = 0; k < firsts.Length; k++) program.Results[k].Row(0).CopyTo(firsts[k].Row(token));
            isFirstKnown[token] = true;
        }
    }

    private void ComputeRow(int number)
    {
        rows.Run();
        for (var k = 0; k < tables.Length; k++) rows.Results[k].Row(0).CopyTo(tables[k].Row(number));
        isKnown[number] = true;
    }

    // Keeps the rows of the positions that a cache shares with the buffers, clears the later rows, and computes those of the cache.
    private void Restore(KeyValueCache cache)
    {
        var shared = cache.SharedLength(held);
        foreach (var buffer in cached) buffer.From(shared).Rows(held.Length - shared).Clear();
        held = cache;
        for (var (i, all) = (shared, cache.Tokens()); i < all.Length; i++) RunAt(i, all[i]);
    }
}
