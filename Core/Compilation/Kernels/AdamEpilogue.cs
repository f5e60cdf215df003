using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>How a matrix of parameters and its moments are changed by its gradient, in place and by Adam as it is in the step at hand.</summary>
public sealed class AdamEpilogue<T>(Variable parameter, ParameterShape shape, MatrixBuffer<T> p, MatrixBuffer<T> m, MatrixBuffer<T> v, Func<AdamKernel<T>> adam)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A gradient that is a product is used up while it is near: so many numbers of it at a time, in rows that tiles of either height
    // fill, at least four of the higher: what is loaded to sum one serves them all.
    private const int Room = 1 << 13, Least = 24;

    private readonly ParameterShape shape = shape;
    private readonly MatrixBuffer<T> p = p, m = m, v = v;
    private readonly Func<AdamKernel<T>> adam = adam;
    private readonly T[] squares = new T[1];

    /// <summary>The parameter.</summary>
    public Variable Parameter { get; } = parameter;

    /// <summary>The norm of the gradient of the last update.</summary>
    public double Norm => Math.Sqrt(double.CreateTruncating(squares[0]));

    /// <summary>What makes the gradient and changes the parameter by it. Of a product no more than the last rows are left.</summary>
    internal Action Kernel(KernelContext<T> site) => site.Node.Operation is TransposeTimes
        ? () => ApplyProduct(site.Layout.Rows(site.Argument.Rows), site.X, site.Y, site.Z, site.Next?.Block)
        : KernelTable.For(site) + (() => Apply(site.Z));

    /// <summary>Changes the parameter by a gradient g.</summary>
    public void Apply(MatrixBuffer<T> g) => squares[0] = Changed(0, shape.Rows, g);

    /// <summary>
    /// Changes the parameter by the gradient xᵀ·y: [inner, rows] by [inner, columns]. It is made in the first rows of g. Meanwhile as much
    /// of the block that is needed next is asked for.
    /// </summary>
    public void ApplyProduct(int inner, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> g, MatrixBuffer<T>? next = null)
    {
        squares[0] = T.Zero;
        var most = Math.Max(1, Room / g.Stride / Least) * Least;
        for (var first = 0; first < shape.Rows; first += most)
        {
            var count = Math.Min(most, shape.Rows - first);
            // p is near: it was used just now, in the product that takes the cotangent further.
            var soon = Prefetch.Of(count, m.From(first), v.From(first), (next ?? p).From(0, first * p.Stride));
            MatMul.TransposeTimes(count, inner, shape.Columns, x.From(0, first), y, g, soon);
            squares[0] += Changed(first, count, g);
        }
    }

    private T Changed(int first, int count, MatrixBuffer<T> g) =>
        adam().Update(count, shape.Columns, p.From(first), m.From(first), v.From(first), g);
}
