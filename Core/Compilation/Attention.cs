using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>The kernels of causal attention: scores of queries with keys, and sums of rows by weights.</summary>
public static class AttentionKernels
{
    internal static Action? Kernel<T>(Site<T> site) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, z, layout, columns, width) = (site.X, site.Y, site.Z, site.Layout, site.Columns, site.Argument.Columns);
        switch (site.Node.Operation)
        {
            case AttentionWeights(var heads, _):
                var (keys, scale) = (Block<T>.Of(width, heads.BlockSize), T.One / T.Sqrt(T.CreateTruncating(width / heads.Count)));
                return () => Scores(layout, heads, width, x, y, keys, scale, z);
            case Autograd.Scores(var heads):
                var values = Block<T>.Of(width, heads.BlockSize);
                return () => Scores(layout, heads, width, x, y, values, null, z);
            case Autograd.Mix(var heads):
                return () => Mix(layout, heads, columns, x, y, z);
            case Autograd.Spread(var heads, _):
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
    }

    /// <summary>
    /// scores(q, k), zeros where a row does not see, or, given a scale, softmax(scores·scale). The keys of a document are turned into
    /// columns first, so that a register holds the scores of one query with several keys.
    /// </summary>
    public static void Scores<T>(Layout layout, Heads heads, int columns, Block<T> q, Block<T> k, Block<T> keys, T? scale, Block<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (d, lanes) = (columns / heads.Count, Vector512<T>.Count);
        for (var document = 0; document < layout.Documents; document++)
        {
            var (start, end) = (layout.Starts[document], layout.Starts[document + 1]);
            Products.Transpose(layout.Past + end - start, columns, new(k.Data, k.Offset + start * k.Stride, k.Stride), keys);
            for (var i = start; i < end; i++)
            {
                var seen = layout.PositionOf(i) + 1;
                for (var h = 0; h < heads.Count; h++)
                {
                    ref var row = ref Unsafe.Add(ref y.Start, i * y.Stride + h * heads.BlockSize);
                    ref var query = ref Unsafe.Add(ref q.Start, i * q.Stride + h * d);
                    ref var keysOfHead = ref Unsafe.Add(ref keys.Start, h * d * keys.Stride);
                    if (scale is { } whole && seen <= lanes)
                    {
                        Rows.Softmax(Scores(ref query, ref keysOfHead, keys.Stride, d) * Vector512.Create(whole), seen).StoreUnsafe(ref row);
                    }
                    else
                    {
                        for (var t = 0; t < seen; t += lanes)
                            Register.Head(Scores(ref query, ref Unsafe.Add(ref keysOfHead, t), keys.Stride, d), seen - t, Vector512<T>.Zero).StoreUnsafe(ref row, (nuint)t);
                        if (scale is { } by) Rows.Softmax(ref row, seen, by, ref row);
                    }
                    var hidden = scale is null ? T.Zero : T.Zero * row; // a softmax of what is no number is none, hidden or not
                    for (var t = seen + lanes - 1 & -lanes; t < heads.BlockSize; t++) Unsafe.Add(ref row, t) = hidden;
                }
            }
        }
    }

    // Of one query, d numbers, with a register of keys, a column each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Scores<T>(ref T q, ref T keys, int stride, int d) where T : unmanaged, INumber<T>
    {
        var sum = Vector512<T>.Zero;
        for (var j = 0; j < d; j++)
            sum = Register.Fma(Vector512.Create(Unsafe.Add(ref q, j)), Vector512.LoadUnsafe(ref keys, (nuint)(j * stride)), sum);
        return sum;
    }

    /// <summary>mix(a, v).</summary>
    public static void Mix<T>(Layout layout, Heads heads, int columns, Block<T> a, Block<T> v, Block<T> y) where T : unmanaged, INumber<T>
    {
        var d = columns / heads.Count;
        for (var i = 0; i < layout.Positions; i++)
        {
            var (seen, first) = (layout.PositionOf(i) + 1, layout.Starts[layout.DocumentOf[i]]);
            for (var h = 0; h < heads.Count; h++)
                SumRows(seen, ref Unsafe.Add(ref a.Start, i * a.Stride + h * heads.BlockSize), 1,
                    ref Unsafe.Add(ref v.Start, first * v.Stride + h * d), v.Stride, d, ref Unsafe.Add(ref y.Start, i * y.Stride + h * d));
        }
    }

    /// <summary>spread(a, x).</summary>
    public static void Spread<T>(Layout layout, Heads heads, int columns, Block<T> a, Block<T> x, Block<T> y) where T : unmanaged, INumber<T>
    {
        var d = columns / heads.Count;
        for (var document = 0; document < layout.Documents; document++)
        {
            var (start, end) = (layout.Starts[document], layout.Starts[document + 1]);
            for (var u = start; u < end + layout.Past; u++)
            {
                var first = Math.Max(start, u - layout.Past);
                for (var h = 0; h < heads.Count; h++)
                    SumRows(end - first, ref Unsafe.Add(ref a.Start, first * a.Stride + h * heads.BlockSize + u - start), a.Stride,
                        ref Unsafe.Add(ref x.Start, first * x.Stride + h * d), x.Stride, d, ref Unsafe.Add(ref y.Start, u * y.Stride + h * d));
            }
        }
    }

    // y[j] = Σ_n weight[n]·x[n, j] for the d columns of a head.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumRows<T>(int count, ref T weight, int weightStep, ref T x, int xStep, int d, ref T y) where T : unmanaged, INumber<T>
    {
        var j = 0;
        for (; j + Vector128<T>.Count <= d; j += Vector128<T>.Count)
        {
            var sum = Vector128<T>.Zero;
            for (var n = 0; n < count; n++)
                sum = Register.Fma(Vector128.Create(Unsafe.Add(ref weight, n * weightStep)), Vector128.LoadUnsafe(ref x, (nuint)(n * xStep + j)), sum);
            sum.StoreUnsafe(ref y, (nuint)j);
        }
        for (; j < d; j++)
        {
            var sum = T.Zero;
            for (var n = 0; n < count; n++) sum += Unsafe.Add(ref weight, n * weightStep) * Unsafe.Add(ref x, n * xStep + j);
            Unsafe.Add(ref y, j) = sum;
        }
    }
}
