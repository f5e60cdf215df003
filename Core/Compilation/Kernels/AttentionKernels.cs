using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// The buffers in which <see cref="AttentionKernels.Scores"/> works: transposed queries, [columns, lanes], and transposed scores,
/// [heads·block_size, lanes]. A kernel allocates them once, when it is bound.
/// </summary>
[Workspace]
internal readonly struct AttentionScratch<T>(MatrixBuffer<T> queries, MatrixBuffer<T> scores) where T : unmanaged, INumber<T>
{
    /// <summary>The queries of one vector of rows, transposed. A single query lies here as a row.</summary>
    public MatrixBuffer<T> Queries { get; } = queries;

    /// <summary>The scores of these queries, transposed. Those of a single query lie here as rows.</summary>
    public MatrixBuffer<T> Scores { get; } = scores;

    /// <summary>Scratch for queries of <paramref name="columns"/> columns.</summary>
    public static AttentionScratch<T> Allocate(Heads heads, int columns) =>
        new(MatrixBuffer<T>.Allocate(columns, Vector512<T>.Count), MatrixBuffer<T>.Allocate(heads.Columns, Vector512<T>.Count));
}

/// <summary>The kernels of causal attention: scores of queries with keys, and sums of rows by weights.</summary>
internal static class AttentionKernels
{
    internal static Action? Kernel<T>(KernelContext<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, layout, columns, width) = (site.X, site.Y, site.Z, site.Layout, site.Columns, site.Argument.Columns);
        switch (site.Node.Operation)
        {
            case AttentionWeights(var heads, _):
                return Scores(heads, T.One / T.Sqrt(T.CreateTruncating(width / heads.Count)));
            case Model.Scores(var heads):
                return Scores(heads, null);
            case Model.Mix(var heads):
                return () => Mix(layout, heads, columns, x, y, z);
            case Model.Spread(var heads, _):
                return () => Spread(layout, heads, columns, x, y, z);
            case Mask(var heads, var hidden):
                return site.EachGroup(heads.Count, columns, (i, at) =>
                {
                    var group = z.Row(i).Slice(at, heads.BlockSize);
                    x.Row(i).Slice(at, heads.BlockSize).CopyTo(group);
                    group[(layout.PositionOf(i) + 1)..].Fill(T.CreateTruncating(hidden));
                });
            default:
                return null;
        }

        Action Scores(Heads heads, T? scale)
        {
            var scratch = AttentionScratch<T>.Allocate(heads, width);
            return () => AttentionKernels.Scores(layout, heads, width, x, y, scale, scratch, z);
        }
    }

    /// <summary>
    /// scores(q, k), zeros where a row does not see, or, given a scale, softmax(scores·scale). The queries of a document are turned into
    /// columns, so that a register holds the scores of several queries with one key, and the scores are turned back.
    /// </summary>
    public static void Scores<T>(
        BatchLayout layout, Heads heads, int columns, MatrixBuffer<T> q, MatrixBuffer<T> k, T? scale, AttentionScratch<T> scratch, MatrixBuffer<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (d, queries, turned) = (columns / heads.Count, scratch.Queries, scratch.Scores);
        for (var document = 0; document < layout.Documents; document++)
        {
            var (start, end) = (layout.Starts[document], layout.Starts[document + 1]);
            for (var i = start; i < end; i += Vector512<T>.Count)
            {
                var (position, count) = (layout.PositionOf(i), Math.Min(Vector512<T>.Count, end - i));
                var keys = position + count;
                if (count == 1 && scale is { } root)
                {
                    WeightsOfOne(heads, d, keys, q.From(i), k.From(start), root, queries, turned, y.From(i));
                    continue;
                }
                TransposeKernel.Transpose(count, columns, q.From(i), queries);
                for (var h = 0; h < heads.Count; h++)
                    MatMul.Times(keys, d, count, k.From(start, h * d), queries.From(h * d), turned.From(h * heads.BlockSize));
                var seen = Vector512<T>.Indices + Vector512.Create(T.CreateTruncating(position)); // the last key that each query sees
                for (var h = 0; h < heads.Count; h++)
                {
                    ref var ofHead = ref turned.At(h * heads.BlockSize);
                    if (scale is { } by) Softmax(seen, keys, heads.BlockSize, by, ref ofHead);
                    else Hide(seen, keys, heads.BlockSize, ref ofHead);
                }
                TransposeKernel.Transpose(heads.Columns, count, turned, y.From(i));
            }
        }
    }

    // For a single query nothing is worth turning: its scores are dot products, and lie in rows.
    private static void WeightsOfOne<T>(
        Heads heads, int d, int keys, MatrixBuffer<T> q, MatrixBuffer<T> k, T scale, MatrixBuffer<T> query, MatrixBuffer<T> scores, MatrixBuffer<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var behind = (keys + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        VectorKernels.Scale(ref q.Start, heads.Count * d, scale, ref query.Start);
        for (var h = 0; h < heads.Count; h++)
            MatMul.DotRows(d, keys, ref Unsafe.Add(ref query.Start, h * d), ref k.At(0, h * d), k.Stride, ref scores.At(h * heads.BlockSize));
        for (var h = 0; h < heads.Count; h++)
        {
            ref var weights = ref y.At(0, h * heads.BlockSize);
            SoftmaxKernels.Softmax(ref scores.At(h * heads.BlockSize), keys, ref weights);
            // The rest of the last register is 0 by then, or no number where the scores are none; and so is what follows.
            VectorKernels.Scale(ref weights, heads.BlockSize - behind, T.Zero, ref Unsafe.Add(ref weights, behind));
        }
    }

    // Register t of so many holds the scores with key t of a register of queries; where a query does not see the key, they become 0.
    private static void Hide<T>(Vector512<T> seen, int keys, int registers, ref T scores) where T : unmanaged, INumber<T>
    {
        for (var t = 0; t < registers; t++, seen -= Vector512<T>.One)
        {
            ref var at = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            (t < keys ? Visible(seen, Vector512.LoadUnsafe(ref at), Vector512<T>.Zero) : Vector512<T>.Zero).StoreUnsafe(ref at);
        }
    }

    // Of the same registers, for each query: softmax(scores·scale), and what it does not see is 0, or no number where its scores are none.
    // Keys are counted in a register: what it takes to make one of t would leave no room for the exponential to be inlined.
    private static void Softmax<T>(Vector512<T> seen, int keys, int registers, T scale, ref T scores) where T : unmanaged, INumber<T>
    {
        var (by, lowest) = (Vector512.Create(scale), Simd.Broadcast<T>(double.NegativeInfinity));
        var (largest, sum) = (lowest, Vector512<T>.Zero);
        for (var t = 0; t < keys; t++, seen -= Vector512<T>.One)
        {
            ref var at = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            var visible = Visible(seen, Vector512.LoadUnsafe(ref at) * by, lowest);
            visible.StoreUnsafe(ref at);
            largest = Vector512.MaxNative(largest, visible);
        }
        for (var t = 0; t < keys; t++)
        {
            ref var at = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            var e = Simd.Exp(Vector512.LoadUnsafe(ref at) - largest);
            e.StoreUnsafe(ref at);
            sum += e;
        }
        var share = Vector512<T>.One / sum;
        for (var t = 0; t < registers; t++)
        {
            ref var at = ref Unsafe.Add(ref scores, t * Vector512<T>.Count);
            ((t < keys ? Vector512.LoadUnsafe(ref at) : Vector512<T>.Zero) * share).StoreUnsafe(ref at);
        }
    }

    // The scores of queries that see a key, and hidden in the lanes of all others: told how many keys after it each sees.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Visible<T>(Vector512<T> seen, Vector512<T> scores, Vector512<T> hidden) where T : unmanaged, INumber<T> =>
        Vector512.ConditionalSelect(Vector512.LessThan(seen, Vector512<T>.Zero), hidden, scores);

    /// <summary>mix(a, v).</summary>
    public static void Mix<T>(BatchLayout layout, Heads heads, int columns, MatrixBuffer<T> a, MatrixBuffer<T> v, MatrixBuffer<T> y) where T : unmanaged, INumber<T>
    {
        var d = columns / heads.Count;
        for (var i = 0; i < layout.Positions; i++)
        {
            var (seen, first) = (layout.PositionOf(i) + 1, layout.Starts[layout.DocumentOf[i]]);
            SumRows(heads, d, seen, ref a.At(i), 1, ref v.At(first), v.Stride, ref y.At(i));
        }
    }

    /// <summary>spread(a, x).</summary>
    public static void Spread<T>(BatchLayout layout, Heads heads, int columns, MatrixBuffer<T> a, MatrixBuffer<T> x, MatrixBuffer<T> y) where T : unmanaged, INumber<T>
    {
        var d = columns / heads.Count;
        for (var document = 0; document < layout.Documents; document++)
        {
            var (start, end) = (layout.Starts[document], layout.Starts[document + 1]);
            for (var u = start; u < end + layout.Past; u++)
            {
                var first = Math.Max(start, u - layout.Past);
                SumRows(heads, d, end - first, ref a.At(first, u - start), a.Stride, ref x.At(first), x.Stride, ref y.At(u));
            }
        }
    }

    // y[hd+j] = Σ_n weight[n, h]·x[n, hd+j], as many columns at once as a head has whole registers of.
    private static void SumRows<T>(Heads heads, int d, int count, ref T weight, int weightStep, ref T x, int xStep, ref T y)
        where T : unmanaged, INumber<T>
    {
        if (d % Vector512<T>.Count == 0) SumRows<T, Block1x1<T>>(heads, d, Vector512<T>.Count, count, ref weight, weightStep, ref x, xStep, ref y);
        else if (d % Vector128<T>.Count == 0) SumRows<T, Block1xQuarter<T>>(heads, d, Vector128<T>.Count, count, ref weight, weightStep, ref x, xStep, ref y);
        else SumRows<T, Block1xScalar<T>>(heads, d, 1, count, ref weight, weightStep, ref x, xStep, ref y);
    }

    // Four heads at once; where there are no four, the last one again.
    private static void SumRows<T, TStrip>(Heads heads, int d, int width, int count, ref T weight, nint weightStep, ref T x, nint xStep, ref T y)
        where T : unmanaged, INumber<T>
        where TStrip : struct, IRegisterBlock<T, TStrip>
    {
        nint last = heads.Count - 1, block = heads.BlockSize;
        for (nint h = 0; h <= last; h += 4)
        {
            var (h1, h2, h3) = (Math.Min(h + 1, last), Math.Min(h + 2, last), Math.Min(h + 3, last));
            var (w0, w1, w2, w3) = (h * block, h1 * block, h2 * block, h3 * block);
            for (nint j = 0; j < d; j += width)
            {
                var (j0, j1, j2, j3) = (h * d + j, h1 * d + j, h2 * d + j, h3 * d + j);
                TStrip y0 = default, y1 = default, y2 = default, y3 = default;
                ref var w = ref weight;
                ref var row = ref x;
                for (var n = 0; n < count; n++)
                {
                    y0 = y0.MultiplyAdd(ref Unsafe.Add(ref w, w0), 0, TStrip.Load(ref Unsafe.Add(ref row, j0)));
                    y1 = y1.MultiplyAdd(ref Unsafe.Add(ref w, w1), 0, TStrip.Load(ref Unsafe.Add(ref row, j1)));
                    y2 = y2.MultiplyAdd(ref Unsafe.Add(ref w, w2), 0, TStrip.Load(ref Unsafe.Add(ref row, j2)));
                    y3 = y3.MultiplyAdd(ref Unsafe.Add(ref w, w3), 0, TStrip.Load(ref Unsafe.Add(ref row, j3)));
                    w = ref Unsafe.Add(ref w, weightStep);
                    row = ref Unsafe.Add(ref row, xStep);
                }
                y0.Store(ref Unsafe.Add(ref y, j0), 0);
                y1.Store(ref Unsafe.Add(ref y, j1), 0);
                y2.Store(ref Unsafe.Add(ref y, j2), 0);
                y3.Store(ref Unsafe.Add(ref y, j3), 0);
            }
        }
    }
}
