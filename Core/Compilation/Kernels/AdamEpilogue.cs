using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// Adam as an epilogue: when a kernel has computed the gradient of a parameter matrix p, Adam updates p and its moments m and v in place.
/// </summary>
[Workspace]
internal sealed class AdamEpilogue<T>(Variable parameter, ParameterShape shape, MatrixBuffer<T> p, MatrixBuffer<T> m, MatrixBuffer<T> v)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A gradient xᵀ·y is computed in slices of rows, and the update follows each slice while it is in the L1 or L2 cache. A slice has at
    // most 8,192 elements, but at least 24 rows. The number of rows is a multiple of 24, so that tiles of 4 rows and of 6 rows both fill a
    // slice.
    private const int SliceElements = 1 << 13, SliceRows = 24;

    private readonly ParameterShape shape = shape;
    private readonly MatrixBuffer<T> p = p, m = m, v = v;
    private T squares = T.Zero; // the sum of the squares of the gradient in the last update

    /// <summary>The parameter, as a variable of the expressions.</summary>
    public Variable Parameter { get; } = parameter;

    /// <summary>Adam at the current step. The trainer sets it before each step.</summary>
    public AdamKernel<T> Adam { get; set; }

    /// <summary>The Euclidean norm of the gradient in the last update.</summary>
    public double Norm => Math.Sqrt(double.CreateTruncating(squares));

    /// <summary>
    /// Binds a kernel that computes the gradient and updates the parameter by the gradient. After a run, the buffer of a gradient xᵀ·y does
    /// not hold the gradient, because all slices of it are computed in the same rows.
    /// </summary>
    internal Kernel Bind(KernelContext<T> context)
    {
        var gradient = KernelTable.Bind(context);
        return gradient with
        {
            Name = $"{gradient.Name}, adam",
            Run = context.Node.Operation is TransposeTimes
                ? () => ApplyProduct(context.Layout.Rows(context.Argument.Rows), context.X, context.Y, context.Z, context.Next?.Buffer)
                : gradient.Run + (() => Apply(context.Z)),
        };
    }

    /// <summary>Updates the parameter by a gradient g.</summary>
    public void Apply(MatrixBuffer<T> g) => squares = UpdateRows(0, shape.Rows, g);

    /// <summary>
    /// Updates the parameter by the gradient xᵀ·y, where x is [inner, rows] and y is [inner, columns]. The gradient is computed slice by
    /// slice: some rows at a time, stored in the first rows of g. The product of a slice prefetches three regions of equal size. They are
    /// the slice's rows of m, its rows of v, and a part of <paramref name="next"/>, an operand of the next product. If
    /// <paramref name="next"/> is null, the third region is the slice's rows of p.
    /// </summary>
    public void ApplyProduct(int inner, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> g, MatrixBuffer<T>? next = null)
    {
        squares = T.Zero;
        var slice = Math.Max(1, SliceElements / g.Stride / SliceRows) * SliceRows;
        for (var first = 0; first < shape.Rows; first += slice)
        {
            var count = Math.Min(slice, shape.Rows - first);
            // The third region is the operand of the next product, if there is one. The region of p is less useful: p is already in cache,
            // because the product that propagated the cotangent has just read p.
            var prefetch = Prefetch.Of(count, m.From(first), v.From(first), (next ?? p).From(0, first * p.Stride));
            MatMul.TransposeTimes(count, inner, shape.Columns, x.From(0, first), y, g, prefetch);
            squares += UpdateRows(first, count, g);
        }
    }

    private T UpdateRows(int first, int count, MatrixBuffer<T> g) =>
        Adam.Update(count, shape.Columns, p.From(first), m.From(first), v.From(first), g);
}
