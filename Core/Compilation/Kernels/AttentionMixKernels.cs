using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>The kernels of causal attention that sum rows, weighted by the attention weights.</summary>
internal static class AttentionMixKernels
{
    /// <summary>The kernel of <see cref="Model.Mix"/>.</summary>
    public static RowKernel BindMix<T>(KernelContext<T> context, Heads heads) where T : unmanaged, INumber<T>
    {
        var (x, y, z, layout, columns) = (context.X, context.Y, context.Z, context.Layout, context.Columns);
        var values = context.Node.Arguments[1].Shape.Rows;
        return (first, count) =>
        {
            layout.CheckAttention(heads.BlockSize, values);
            Mix(layout, layout.DocumentsIn(first, count), heads, columns, x, y, z);
        };
    }

    /// <summary>The kernel of <see cref="Model.Spread"/>.</summary>
    public static RowKernel BindSpread<T>(KernelContext<T> context, Heads heads) where T : unmanaged, INumber<T>
    {
        var (x, y, z, layout, columns) = (context.X, context.Y, context.Z, context.Layout, context.Columns);
        var rows = context.Node.Shape.Rows;
        return (first, count) =>
        {
            layout.CheckAttention(heads.BlockSize, rows);
            Spread(layout, layout.DocumentsIn(first, count), heads, columns, x, y, z);
            var seen = layout.FirstPosition + layout.Positions;
            if (first == 0) z.From(seen).Rows(layout.Rows(rows) - seen).Clear();
        };
    }

    /// <summary>
    /// y = mix(a, v) for the rows of some documents. For each head, row i of y is the sum of the rows of v that row i sees, weighted by a.
    /// </summary>
    public static void Mix<T>(
        BatchLayout layout, Range documents, Heads heads, int columns, MatrixBuffer<T> a, MatrixBuffer<T> v, MatrixBuffer<T> y)
        where T : unmanaged, INumber<T>
    {
        var d = heads.HeadDim(columns);
        if (layout.FirstPosition == 0 && NarrowHeads<T>.Fit(heads, d))
        {
            var narrow = new NarrowHeads<T>(heads, d);
            for (var n = documents.Start.Value; n < documents.End.Value; n++)
            {
                var (start, end) = (layout.Starts[n], layout.Starts[n + 1]);
                narrow.Mix(end - start, columns, a.From(start), v.From(start), y.From(start));
            }
            return;
        }
        for (var i = layout.Starts[documents.Start.Value]; i < layout.Starts[documents.End.Value]; i++)
        {
            var (visible, first) = (layout.PositionOf(i) + 1, layout.Starts[layout.DocumentOf[i]]);
            SumRows(heads, d, visible, ref a.At(i), 1, ref v.At(first), v.Stride, ref y.At(i));
        }
    }

    /// <summary>
    /// y = spread(a, x) for the rows of some documents. For each head, row u of y is the sum of the rows of x that see row u, weighted by
    /// a.
    /// </summary>
    public static void Spread<T>(
        BatchLayout layout, Range documents, Heads heads, int columns, MatrixBuffer<T> a, MatrixBuffer<T> x, MatrixBuffer<T> y)
        where T : unmanaged, INumber<T>
    {
        var d = heads.HeadDim(columns);
        for (var document = documents.Start.Value; document < documents.End.Value; document++)
        {
            var (start, end) = (layout.Starts[document], layout.Starts[document + 1]);
            if (layout.FirstPosition == 0 && NarrowHeads<T>.Fit(heads, d))
            {
                new NarrowHeads<T>(heads, d).Spread(end - start, columns, a.From(start), x.From(start), y.From(start));
                continue;
            }
            for (var u = start; u < layout.FirstPosition + end; u++)
            {
                var first = Math.Max(start, u - layout.FirstPosition);
                SumRows(heads, d, end - first, ref a.At(first, u - start), a.Stride, ref x.At(first), x.Stride, ref y.At(u));
            }
        }
    }

    // y[h·d+j] = Σ_n weight[n, h]·x[n, h·d+j], where d is the number of columns of a head. The sum uses
    // the widest register blocks whose width divides d.
    private static void SumRows<T>(Heads heads, int d, int count, ref T weight, int weightStride, ref T x, int xStride, ref T y)
        where T : unmanaged, INumber<T>
    {
        var (whole, quarter) = (Vector512<T>.Count, Vector128<T>.Count);
        if (d % whole == 0) SumRows<T, Block1x1<T>>(heads, d, whole, count, ref weight, weightStride, ref x, xStride, ref y);
        else if (d % quarter == 0) SumRows<T, Block1xQuarter<T>>(heads, d, quarter, count, ref weight, weightStride, ref x, xStride, ref y);
        else SumRows<T, Block1xScalar<T>>(heads, d, 1, count, ref weight, weightStride, ref x, xStride, ref y);
    }

    // Computes four heads at once. If fewer than four are left, the last head is computed more than once.
    private static void SumRows<T, TBlock>(
        Heads heads, int d, int width, int count, ref T weight, nint weightStride, ref T x, nint xStride, ref T y)
        where T : unmanaged, INumber<T>
        where TBlock : struct, IRegisterBlock<T, TBlock>
    {
        nint last = heads.Count - 1, block = heads.BlockSize;
        for (nint h = 0; h <= last; h += 4)
        {
            var (h1, h2, h3) = (Math.Min(h + 1, last), Math.Min(h + 2, last), Math.Min(h + 3, last));
            var (w0, w1, w2, w3) = (h * block, h1 * block, h2 * block, h3 * block);
            for (nint j = 0; j < d; j += width)
            {
                var (j0, j1, j2, j3) = (h * d + j, h1 * d + j, h2 * d + j, h3 * d + j);
                TBlock y0 = default, y1 = default, y2 = default, y3 = default;
                ref var w = ref weight;
                ref var row = ref x;
                for (var n = 0; n < count; n++)
                {
                    y0 = y0.MultiplyAdd(ref Unsafe.Add(ref w, w0), 0, TBlock.Load(ref Unsafe.Add(ref row, j0)));
                    y1 = y1.MultiplyAdd(ref Unsafe.Add(ref w, w1), 0, TBlock.Load(ref Unsafe.Add(ref row, j1)));
                    y2 = y2.MultiplyAdd(ref Unsafe.Add(ref w, w2), 0, TBlock.Load(ref Unsafe.Add(ref row, j2)));
                    y3 = y3.MultiplyAdd(ref Unsafe.Add(ref w, w3), 0, TBlock.Load(ref Unsafe.Add(ref row, j3)));
                    w = ref Unsafe.Add(ref w, weightStride);
                    row = ref Unsafe.Add(ref row, xStride);
                }
                y0.Store(ref Unsafe.Add(ref y, j0), 0);
                y1.Store(ref Unsafe.Add(ref y, j1), 0);
                y2.Store(ref Unsafe.Add(ref y, j2), 0);
                y3.Store(ref Unsafe.Add(ref y, j3), 0);
            }
        }
    }
}
