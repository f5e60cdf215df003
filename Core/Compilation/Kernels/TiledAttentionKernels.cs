using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

// A tile of scores has a row for each of up to 32 keys, and a column for each of up to 4 vectors of queries, so that each lane belongs to
// one query. It stays in the L1 cache. Products of tiles are those of MatMul. The keys of a query are visited in their order, and the
// tiles of a document depend on no other document, so that neither the number of threads nor the batch changes a bit.
//
// Weights of hidden keys are 0. A NaN or an infinity in the row of a hidden key therefore makes NaN of the query's result.

/// <summary>The scratch memory of a thread for one head of one document.</summary>
[Workspace]
internal sealed class AttentionTile<T>(int headDim, int blockSize) where T : unmanaged, INumber<T>
{
    /// <summary>The largest number of keys of a tile. It is a multiple of the rows of register tiles.</summary>
    public const int MostKeys = 32;

    /// <summary>The largest number of queries of a tile.</summary>
    public static int MostQueries => 4 * Vector512<T>.Count;

    /// <summary>The transposed queries, times 1/√d: [d, queries].</summary>
    public MatrixBuffer<T> Queries { get; } = MatrixBuffer<T>.Allocate(headDim, MostQueries);

    /// <summary>The transposed cotangents of the results: [d, queries].</summary>
    public MatrixBuffer<T> Cotangents { get; } = MatrixBuffer<T>.Allocate(headDim, MostQueries);

    /// <summary>Scores, and then weights: [keys, queries].</summary>
    public MatrixBuffer<T> Weights { get; } = MatrixBuffer<T>.Allocate(MostKeys, MostQueries);

    /// <summary>The cotangents of weights, and then those of scores: [keys, queries].</summary>
    public MatrixBuffer<T> Slopes { get; } = MatrixBuffer<T>.Allocate(MostKeys, MostQueries);

    /// <summary>The transposed results of the queries, a sum over the tiles so far: [d, queries].</summary>
    public MatrixBuffer<T> Sums { get; } = MatrixBuffer<T>.Allocate(headDim, MostQueries);

    /// <summary>The results of the queries: [queries, d].</summary>
    public MatrixBuffer<T> Results { get; } = MatrixBuffer<T>.Allocate(MostQueries, headDim);

    /// <summary>
    /// Two numbers for each query, [2, queries]: the largest score so far and the sum of the weights, or log Σ eˢ and Σ y·dy.
    /// </summary>
    public MatrixBuffer<T> Totals { get; } = MatrixBuffer<T>.Allocate(2, MostQueries);

    /// <summary>The cotangents of all keys, a sum over the tiles so far: [block_size, d].</summary>
    public MatrixBuffer<T> Keys { get; } = MatrixBuffer<T>.Allocate(blockSize, headDim);

    /// <summary>The cotangents of all values, a sum over the tiles so far: [block_size, d].</summary>
    public MatrixBuffer<T> Values { get; } = MatrixBuffer<T>.Allocate(blockSize, headDim);
}

/// <summary>The kernels of causal attention, tile by tile.</summary>
internal static class TiledAttentionKernels
{
    /// <summary>The kernel of <see cref="Attention"/>.</summary>
    public static RowKernel BindAttention<T>(KernelContext<T> context, Heads heads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (q, k, v) = (context.X, context.Y, context.Arguments[2]);
        var (y, logSumExp) = (context.Result(0, context.Argument), context.Result(1, context.Argument with { Columns = heads.Count }));
        return EachHead(context, heads, (tile, rows, start, h, j) => Attend(
            rows, tile, heads.HeadDim(context.Argument.Columns),
            q.From(start, j), k.From(start, j), v.From(start, j), y.From(start, j), logSumExp.From(start, h)));
    }

    /// <summary>The kernel of <see cref="AttentionPullback"/>.</summary>
    public static RowKernel BindPullback<T>(KernelContext<T> context, Heads heads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (q, k, v, y, logSumExp, dy) = (
            context.X, context.Y, context.Arguments[2], context.Arguments[3], context.Arguments[4], context.Arguments[5]);
        var (dq, dk, dv) = (context.Result(0, context.Argument), context.Result(1, context.Argument), context.Result(2, context.Argument));
        return EachHead(context, heads, (tile, rows, start, h, j) => PullBack(
            rows, tile, heads.HeadDim(context.Argument.Columns),
            q.From(start, j), k.From(start, j), v.From(start, j), y.From(start, j), logSumExp.From(start, h), dy.From(start, j),
            dq.From(start, j), dk.From(start, j), dv.From(start, j)));
    }

    // A kernel that calls `run` for each head h of each document: with its scratch memory, the document's number of rows and first row, the
    // head, and the head's first column.
    private static RowKernel EachHead<T>(KernelContext<T> context, Heads heads, Action<AttentionTile<T>, int, int, int, int> run)
        where T : unmanaged, INumber<T>
    {
        var (layout, d) = (context.Layout, heads.HeadDim(context.Argument.Columns));
        var tile = new AttentionTile<T>(d, heads.BlockSize);
        return (first, count) =>
        {
            layout.CheckAttention(heads.BlockSize, context.Argument.Rows);
            var documents = layout.DocumentsIn(first, count);
            for (var n = documents.Start.Value; n < documents.End.Value; n++)
                for (var h = 0; h < heads.Count; h++)
                    run(tile, layout.Starts[n + 1] - layout.Starts[n], layout.Starts[n], h, h * d);
        };
    }

    // y and log Σ eˢ for one head of a document of some rows.
    private static void Attend<T>(
        int rows, AttentionTile<T> tile, int d, MatrixBuffer<T> q, MatrixBuffer<T> k, MatrixBuffer<T> v, MatrixBuffer<T> y,
        MatrixBuffer<T> logSumExp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < rows; i += AttentionTile<T>.MostQueries)
        {
            var count = Math.Min(AttentionTile<T>.MostQueries, rows - i);
            LoadQueries(count, d, q.From(i), tile.Queries);
            tile.Totals.Row(0).Fill(Lowest<T>());
            tile.Totals.Row(1).Clear();
            for (var t = 0; t < i + count; t += AttentionTile<T>.MostKeys)
            {
                var (keys, c) = (Math.Min(AttentionTile<T>.MostKeys, i + count - t), FirstColumn<T>(i, t));
                MatMul.Times(keys, d, count - c, k.From(t), tile.Queries.From(0, c), tile.Weights.From(0, c));
                for (var j = c; j < count; j += Vector512<T>.Count)
                    Softmax(keys, d, i + j - t, ref tile.Weights.At(0, j), ref tile.Totals.At(0, j), ref tile.Sums.At(0, j));
                MatMul.TransposeTimes(
                    d, keys, count - c, v.From(t), tile.Weights.From(0, c), tile.Sums.From(0, c), accumulate: t > 0);
            }
            for (var j = 0; j < count; j += Vector512<T>.Count) Divide(d, ref tile.Totals.At(1, j), ref tile.Sums.At(0, j));
            StoreResults(count, d, tile, y.From(i));
            for (var r = 0; r < count; r++) logSumExp.At(i + r) = tile.Totals.At(0, r) + T.Log(tile.Totals.At(1, r));
        }
    }

    // The cotangents of q, k and v for one head of a document of some rows.
    private static void PullBack<T>(
        int rows, AttentionTile<T> tile, int d, MatrixBuffer<T> q, MatrixBuffer<T> k, MatrixBuffer<T> v, MatrixBuffer<T> y,
        MatrixBuffer<T> logSumExp, MatrixBuffer<T> dy, MatrixBuffer<T> dq, MatrixBuffer<T> dk, MatrixBuffer<T> dv)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        tile.Keys.Rows(rows).Clear();
        tile.Values.Rows(rows).Clear();
        for (var i = 0; i < rows; i += AttentionTile<T>.MostQueries)
        {
            var count = Math.Min(AttentionTile<T>.MostQueries, rows - i);
            LoadQueries(count, d, q.From(i), tile.Queries);
            TransposeKernel.Transpose(count, d, dy.From(i), tile.Cotangents);
            for (var r = 0; r < count; r++)
            {
                tile.Totals.At(0, r) = logSumExp.At(i + r);
                tile.Totals.At(1, r) = VectorKernels.Dot(ref y.At(i + r), ref dy.At(i + r), d);
            }
            for (var t = 0; t < i + count; t += AttentionTile<T>.MostKeys)
            {
                var (keys, c) = (Math.Min(AttentionTile<T>.MostKeys, i + count - t), FirstColumn<T>(i, t));
                var (weights, slopes) = (tile.Weights.From(0, c), tile.Slopes.From(0, c));
                MatMul.Times(keys, d, count - c, k.From(t), tile.Queries.From(0, c), weights);
                MatMul.Times(keys, d, count - c, v.From(t), tile.Cotangents.From(0, c), slopes);
                for (var j = c; j < count; j += Vector512<T>.Count)
                    SoftmaxPullback(
                        keys, i + j - t, Scale<T>(d), ref tile.Weights.At(0, j), ref tile.Slopes.At(0, j), ref tile.Totals.At(0, j));
                MatMul.Times(keys, count - c, d, weights, dy.From(i + c), tile.Values.From(t), accumulate: true);
                MatMul.Times(keys, count - c, d, slopes, q.From(i + c), tile.Keys.From(t), accumulate: true);
                MatMul.TransposeTimes(d, keys, count - c, k.From(t), slopes, tile.Sums.From(0, c), accumulate: t > 0);
            }
            StoreResults(count, d, tile, dq.From(i));
        }
        CopyRows(rows, d, tile.Keys, dk);
        CopyRows(rows, d, tile.Values, dv);
    }

    // The first column of a tile whose query may see key t. All columns of its vector are computed.
    private static int FirstColumn<T>(int query, int t) => Math.Max(0, t - query) / Vector512<T>.Count * Vector512<T>.Count;

    private static T Scale<T>(int d) where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / T.Sqrt(T.CreateTruncating(d));

    // The least number of T, which every score exceeds.
    private static T Lowest<T>() where T : unmanaged, INumber<T> =>
        T.CreateTruncating(typeof(T) == typeof(float) ? float.MinValue : double.MinValue);

    private static void LoadQueries<T>(int count, int d, MatrixBuffer<T> q, MatrixBuffer<T> queries)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TransposeKernel.Transpose(count, d, q, queries);
        VectorKernels.Scale(ref queries.Start, d * queries.Stride, Scale<T>(d), ref queries.Start);
    }

    // Online softmax of one vector of queries: scores with the keys of a tile become weights relative to the largest score so far. If a
    // larger score was found, the sum of the weights and the results so far are scaled to it. `query` is the number of keys of the tile
    // before that of the first query. Totals has the largest score in its first row, the sum in its second.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Softmax<T>(int keys, int d, int query, ref T weights, ref T totals, ref T sums) where T : unmanaged, INumber<T>
    {
        var (stride, lowest) = (AttentionTile<T>.MostQueries, Simd.Broadcast<T>(double.NegativeInfinity));
        var visible = Vector512<T>.Indices + Vector512.Create(T.CreateTruncating(query));
        var before = Vector512.LoadUnsafe(ref totals);
        var largest = before;
        for (var t = 0; t < keys; t++, visible -= Vector512<T>.One)
        {
            ref var score = ref Unsafe.Add(ref weights, t * stride);
            var masked = Vector512.ConditionalSelect(
                Vector512.LessThan(visible, Vector512<T>.Zero), lowest, Vector512.LoadUnsafe(ref score));
            masked.StoreUnsafe(ref score);
            largest = Vector512.MaxNative(largest, masked);
        }
        var factor = Simd.Exp(before - largest);
        var sum = Vector512.LoadUnsafe(ref totals, (nuint)stride) * factor;
        for (var t = 0; t < keys; t++)
        {
            ref var score = ref Unsafe.Add(ref weights, t * stride);
            var e = Simd.Exp(Vector512.LoadUnsafe(ref score) - largest);
            e.StoreUnsafe(ref score);
            sum += e;
        }
        largest.StoreUnsafe(ref totals);
        sum.StoreUnsafe(ref totals, (nuint)stride);
        for (var j = 0; j < d; j++)
        {
            ref var y = ref Unsafe.Add(ref sums, j * stride);
            (Vector512.LoadUnsafe(ref y) * factor).StoreUnsafe(ref y);
        }
    }

    // Scores become weights, and the cotangents of the weights become those of the scores, for one vector of queries.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SoftmaxPullback<T>(int keys, int query, T scale, ref T weights, ref T slopes, ref T totals)
        where T : unmanaged, INumber<T>
    {
        var (stride, scales, flushBias) = (AttentionTile<T>.MostQueries, Vector512.Create(scale), Simd.FlushBias<T>());
        var visible = Vector512<T>.Indices + Vector512.Create(T.CreateTruncating(query));
        var (logSumExp, mean) = (Vector512.LoadUnsafe(ref totals), Vector512.LoadUnsafe(ref totals, (nuint)stride));
        for (var t = 0; t < keys; t++, visible -= Vector512<T>.One)
        {
            ref var w = ref Unsafe.Add(ref weights, t * stride);
            ref var s = ref Unsafe.Add(ref slopes, t * stride);
            var weight = Vector512.ConditionalSelect(
                Vector512.LessThan(visible, Vector512<T>.Zero), Vector512<T>.Zero, Simd.Exp(Vector512.LoadUnsafe(ref w) - logSumExp));
            var slope = Simd.Fma(weight * scales, Vector512.LoadUnsafe(ref s) - mean, flushBias) - flushBias;
            weight.StoreUnsafe(ref w);
            slope.StoreUnsafe(ref s);
        }
    }

    // Divides the sums of one vector of queries by their total.
    private static void Divide<T>(int d, ref T total, ref T sums) where T : unmanaged, INumber<T>
    {
        var inverse = Vector512<T>.One / Vector512.LoadUnsafe(ref total);
        for (var j = 0; j < d; j++)
        {
            ref var y = ref Unsafe.Add(ref sums, j * AttentionTile<T>.MostQueries);
            (Vector512.LoadUnsafe(ref y) * inverse).StoreUnsafe(ref y);
        }
    }

    // Transposes the results of a tile, and copies them to the rows of the queries.
    private static void StoreResults<T>(int count, int d, AttentionTile<T> tile, MatrixBuffer<T> y) where T : unmanaged, INumber<T>
    {
        TransposeKernel.Transpose(d, count, tile.Sums, tile.Results);
        CopyRows(count, d, tile.Results, y);
    }

    // Copies d columns of each row. No other column is written, because it may belong to another head.
    private static void CopyRows<T>(int rows, int d, MatrixBuffer<T> x, MatrixBuffer<T> y) where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < rows; i++)
            MemoryMarshal.CreateReadOnlySpan(ref x.At(i), d).CopyTo(MemoryMarshal.CreateSpan(ref y.At(i), d));
    }
}
