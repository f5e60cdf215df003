using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// The scratch memory of <see cref="AttentionScoreKernels.Scores"/>: transposed queries, [columns, lanes], and transposed scores,
/// [heads·block_size, lanes]. Here "lanes" is the number of elements of a vector. A kernel allocates this memory once, when the kernel is
/// bound.
/// </summary>
[Workspace]
internal readonly struct AttentionScratch<T>(MatrixBuffer<T> queries, MatrixBuffer<T> scores, MatrixBuffer<T> results)
    where T : unmanaged, INumber<T>
{
    /// <summary>The transposed queries, at most one for each lane. A single query is not transposed: it is stored as a row.</summary>
    public MatrixBuffer<T> Queries { get; } = queries;

    /// <summary>The transposed scores of the queries. The scores of a single query are stored as a row for each head.</summary>
    public MatrixBuffer<T> Scores { get; } = scores;

    /// <summary>The results of some queries, before they are copied. Other results are stored at once.</summary>
    public MatrixBuffer<T> Results { get; } = results;

    /// <summary>Allocates the scratch memory for queries of <paramref name="columns"/> columns.</summary>
    public static AttentionScratch<T> Allocate(Heads heads, int columns) =>
        new(MatrixBuffer<T>.Allocate(columns, Vector512<T>.Count), MatrixBuffer<T>.Allocate(heads.Columns, Vector512<T>.Count),
            MatrixBuffer<T>.Allocate(Vector512<T>.Count, heads.Columns));
}

/// <summary>The kernels of causal attention that compute scores of queries with keys, and weights from scores.</summary>
internal static class AttentionScoreKernels
{
    /// <summary>The kernel of <see cref="Model.Scores"/>.</summary>
    public static RowKernel BindScores<T>(KernelContext<T> context, Heads heads) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        BindScores(context, heads, scale: null);

    /// <summary>The kernel of <see cref="AttentionWeights"/>.</summary>
    public static RowKernel BindWeights<T>(KernelContext<T> context, Heads heads) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        BindScores(context, heads, scale: T.One / T.Sqrt(T.CreateTruncating(heads.HeadDim(context.Argument.Columns))));

    /// <summary>The kernel of <see cref="Mask"/>.</summary>
    public static RowKernel BindMask<T>(KernelContext<T> context, Heads heads, T hidden) where T : unmanaged, INumber<T>
    {
        var (x, z, layout) = (context.X, context.Z, context.Layout);
        return context.EachGroup(heads.Count, context.Columns, (i, first) =>
        {
            var group = z.Row(i).Slice(first, heads.BlockSize);
            x.Row(i).Slice(first, heads.BlockSize).CopyTo(group);
            group[(layout.PositionOf(i) + 1)..].Fill(hidden);
        });
    }

    private static RowKernel BindScores<T>(KernelContext<T> context, Heads heads, T? scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, layout, columns) = (context.X, context.Y, context.Z, context.Layout, context.Argument.Columns);
        var (scratch, keys) = (AttentionScratch<T>.Allocate(heads, columns), context.Node.Arguments[1].Shape.Rows);
        return (first, count) =>
        {
            layout.CheckAttention(heads.BlockSize, keys);
            Scores(layout, layout.DocumentsIn(first, count), heads, columns, x, y, scale, scratch, z);
        };
    }

    /// <summary>
    /// y = scores(q, k) for the queries of some documents, with 0 for keys that a query does not see. With a scale, y is the attention
    /// weights, softmax(scores·scale). Queries are computed in groups, one query for each lane of a vector.
    /// </summary>
    public static void Scores<T>(
        BatchLayout layout, Range documents, Heads heads, int columns, MatrixBuffer<T> q, MatrixBuffer<T> k, T? scale,
        AttentionScratch<T> scratch, MatrixBuffer<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (scale is null && layout.FirstPosition == 0 && heads.BlockSize % Vector512<T>.Count == 0)
        {
            for (var n = documents.Start.Value; n < documents.End.Value; n++)
            {
                var (start, end) = (layout.Starts[n], layout.Starts[n + 1]);
                ScoresOfDocument(heads, columns, end - start, q.From(start), k.From(start), scratch.Queries, y.From(start));
            }
            return;
        }
        var limit = layout.Starts[documents.End.Value];
        for (var document = documents.Start.Value; document < documents.End.Value; document++)
        {
            var (start, end) = (layout.Starts[document], layout.Starts[document + 1]);
            for (var i = start; i < end; i += Vector512<T>.Count)
            {
                var (position, count) = (layout.PositionOf(i), Math.Min(Vector512<T>.Count, end - i));
                // Whole tiles are stored. They may reach beyond the last document, into a row that another thread computes.
                var isCopied = i + Vector512<T>.Count > limit && limit < layout.Positions;
                var result = isCopied ? scratch.Results : y.From(i);
                if (count == 1 && scale is { } factor)
                    WeightsOfOne(heads, heads.HeadDim(columns), position + 1, q.From(i), k.From(start), factor, scratch, result);
                else ScoresOfGroup(heads, columns, position, count, q.From(i), k.From(start), scale, scratch, result);
                if (isCopied) result.Rows(count).CopyTo(y.From(i).Rows(count));
            }
        }
    }

    // The scores of a document whose first position is 0, in a block of whole vectors. Keys are transposed, one for each lane, so that a
    // vector holds a part of a row of scores.
    private static void ScoresOfDocument<T>(
        Heads heads, int columns, int rows, MatrixBuffer<T> q, MatrixBuffer<T> k, MatrixBuffer<T> keys, MatrixBuffer<T> y)
        where T : unmanaged, INumber<T>
    {
        var d = heads.HeadDim(columns);
        for (var t = 0; t < heads.BlockSize; t += Vector512<T>.Count)
        {
            if (t < rows) TransposeKernel.Transpose(Math.Min(Vector512<T>.Count, rows - t), columns, k.From(t), keys);
            for (var i = 0; i < Math.Min(t, rows); i++)
                for (var h = 0; h < heads.Count; h++) Vector512<T>.Zero.StoreUnsafe(ref y.At(i, h * heads.BlockSize + t));
            for (var i = t; i < rows; i++) ScoresOfRow(heads, d, i - t, ref q.At(i), ref keys.Start, ref y.At(i, t));
        }
    }

    // The scores of a query with a vector of keys, for each head. The query sees the keys up to key `last`.
    private static void ScoresOfRow<T>(Heads heads, int d, int last, ref T query, ref T keys, ref T y) where T : unmanaged, INumber<T>
    {
        var visible = Vector512.LessThanOrEqual(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(last)));
        for (var h = 0; h < heads.Count; h++, y = ref Unsafe.Add(ref y, heads.BlockSize))
        {
            var sum = Vector512<T>.Zero;
            for (var j = 0; j < d; j++)
            {
                sum = Simd.Fma(Vector512.Create(query), Vector512.LoadUnsafe(ref keys), sum);
                query = ref Unsafe.Add(ref query, 1);
                keys = ref Unsafe.Add(ref keys, Vector512<T>.Count);
            }
            Vector512.ConditionalSelect(visible, sum, Vector512<T>.Zero).StoreUnsafe(ref y);
        }
    }

    // The scores or weights of consecutive queries of a document. Queries are transposed, one for each lane, so that a vector holds the
    // scores of all queries with one key. At the end, the scores are transposed back.
    private static void ScoresOfGroup<T>(
        Heads heads, int columns, int position, int count, MatrixBuffer<T> q, MatrixBuffer<T> k, T? scale, AttentionScratch<T> scratch,
        MatrixBuffer<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (d, keys, transposed) = (heads.HeadDim(columns), position + count, scratch.Scores);
        TransposeKernel.Transpose(count, columns, q, scratch.Queries);
        for (var h = 0; h < heads.Count; h++)
            MatMul.Times(keys, d, count, k.From(0, h * d), scratch.Queries.From(h * d), transposed.From(h * heads.BlockSize));
        var visible = Vector512<T>.Indices + Vector512.Create(T.CreateTruncating(position)); // the last key that each query sees
        for (var h = 0; h < heads.Count; h++)
        {
            ref var scores = ref transposed.At(h * heads.BlockSize);
            if (scale is { } factor) Softmax(visible, keys, heads.BlockSize, factor, ref scores);
            else ClearHidden(visible, keys, heads.BlockSize, ref scores);
        }
        TransposeKernel.Transpose(heads.Columns, count, transposed, y);
    }

    // The attention weights of a single query. The scores of each head are computed as dot products, because transposing a single query
    // costs more than it saves.
    private static void WeightsOfOne<T>(
        Heads heads, int d, int keys, MatrixBuffer<T> q, MatrixBuffer<T> k, T scale, AttentionScratch<T> scratch, MatrixBuffer<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (query, scores) = (scratch.Queries, scratch.Scores);
        var written = (keys + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        VectorKernels.Scale(ref q.Start, heads.Count * d, scale, ref query.Start);
        for (var h = 0; h < heads.Count; h++)
        {
            ref var ofHead = ref scores.At(h * heads.BlockSize);
            MatMul.DotRows(d, keys, ref Unsafe.Add(ref query.Start, h * d), ref k.At(0, h * d), k.Stride, ref ofHead);
        }
        for (var h = 0; h < heads.Count; h++)
        {
            ref var weights = ref y.At(0, h * heads.BlockSize);
            SoftmaxKernels.Softmax(ref scores.At(h * heads.BlockSize), keys, ref weights);
            // After the last key, Softmax has written 0 to the end of a vector, or NaN if a score is NaN. The same value is written to all
            // later columns.
            VectorKernels.Scale(ref weights, heads.BlockSize - written, T.Zero, ref Unsafe.Add(ref weights, written));
        }
    }

    // Sets a query's score with a key to 0 if the query does not see the key. Vector t holds the scores with key t.
    private static void ClearHidden<T>(Vector512<T> visible, int keys, int vectors, ref T scores) where T : unmanaged, INumber<T>
    {
        for (var t = 0; t < vectors; t++, visible -= Vector512<T>.One)
        {
            ref var score = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            (t < keys ? Masked(visible, Vector512.LoadUnsafe(ref score), Vector512<T>.Zero) : Vector512<T>.Zero).StoreUnsafe(ref score);
        }
    }

    // softmax(scores·scale) for each query. Vector t holds the scores of all queries with key t. The weights of hidden keys become 0, or
    // NaN if a score of the query is NaN. The vector `visible` counts down with t. With a comparison to a broadcast t instead, the JIT
    // would not inline Exp.
    private static void Softmax<T>(Vector512<T> visible, int keys, int vectors, T scale, ref T scores) where T : unmanaged, INumber<T>
    {
        var (scales, lowest) = (Vector512.Create(scale), Simd.Broadcast<T>(double.NegativeInfinity));
        var (largest, sum) = (lowest, Vector512<T>.Zero);
        for (var t = 0; t < keys; t++, visible -= Vector512<T>.One)
        {
            ref var score = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            var masked = Masked(visible, Vector512.LoadUnsafe(ref score) * scales, lowest);
            masked.StoreUnsafe(ref score);
            largest = Vector512.MaxNative(largest, masked);
        }
        for (var t = 0; t < keys; t++)
        {
            ref var score = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            var e = Simd.Exp(Vector512.LoadUnsafe(ref score) - largest);
            e.StoreUnsafe(ref score);
            sum += e;
        }
        var inverse = Vector512<T>.One / sum;
        for (var t = 0; t < vectors; t++)
        {
            ref var score = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            ((t < keys ? Vector512.LoadUnsafe(ref score) : Vector512<T>.Zero) * inverse).StoreUnsafe(ref score);
        }
    }

    // Each lane belongs to one query. The result is the score in lanes whose query sees the key, and `hidden` in the other lanes. A lane of
    // `visible` is the number of later keys that its query sees. If the key is hidden from the query, this number is negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Masked<T>(Vector512<T> visible, Vector512<T> scores, Vector512<T> hidden) where T : unmanaged, INumber<T> =>
        Vector512.ConditionalSelect(Vector512.LessThan(visible, Vector512<T>.Zero), hidden, scores);
}
