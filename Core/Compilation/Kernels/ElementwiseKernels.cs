using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A function entry by entry, for whole registers.</summary>
internal interface IVectorOp
{
    /// <summary>f(x, y), lane by lane.</summary>
    static abstract Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T>;
}

/// <summary>Kernels for what happens entry by entry: one for each operation that recurs, and one for all others.</summary>
internal static class ElementwiseKernels
{
    /// <summary>Whether a number of the result is made from those at its place, and from nothing else.</summary>
    public static bool IsElementwise(Operation operation) => operation is Elementwise or Compilation.ReluPullback;

    internal static Action? Kernel<T>(KernelContext<T> site) where T : unmanaged, INumber<T>
    {
        var (x, y, z) = (site.X, site.Y, site.Z);
        return site.Node.Operation switch
        {
            Pairwise<Autograd.Add> => () => Run<VectorAdd, T>(site.Rows(), x, y, z),
            Pairwise<Autograd.Mul> => () => Run<VectorMul, T>(site.Rows(), x, y, z),
            Pointwise<Autograd.Relu> => () => Run<VectorRelu, T>(site.Rows(), x, x, z),
            Compilation.ReluPullback => () => Run<VectorReluPullback, T>(site.Rows(), x, y, z),
            Elementwise operation => () => Run(operation, site.Rows(), site.Columns, x, y, z),
            _ => null,
        };
    }

    /// <summary>x + y.</summary>
    public readonly struct VectorAdd : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => x + y;
    }

    /// <summary>x·y.</summary>
    public readonly struct VectorMul : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => x * y;
    }

    /// <summary>max(0, x), and not a number for what is none.</summary>
    public readonly struct VectorRelu : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> =>
            Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<T>.Zero), Vector512<T>.Zero, x);
    }

    /// <summary>y if x &gt; 0 else 0·y.</summary>
    public readonly struct VectorReluPullback : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), y, Vector512<T>.Zero * y);
    }

    /// <summary>f over all registers of whole rows, padding and all.</summary>
    public static void Run<TOp, T>(int rows, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> z) where TOp : struct, IVectorOp where T : unmanaged, INumber<T>
    {
        ref var xs = ref x.Start;
        ref var ys = ref y.Start;
        ref var zs = ref z.Start;
        for (var i = 0; i < rows * z.Stride; i += Vector512<T>.Count)
            TOp.Forward(Vector512.LoadUnsafe(ref xs, (nuint)i), Vector512.LoadUnsafe(ref ys, (nuint)i)).StoreUnsafe(ref zs, (nuint)i);
    }

    /// <summary>Any operation entry by entry, one entry after another.</summary>
    public static void Run<T>(Elementwise operation, int rows, int columns, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> z) where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                z.Row(i)[j] = T.CreateTruncating(operation.At(double.CreateTruncating(x.Row(i)[j]), double.CreateTruncating(y.Row(i)[j])));
    }
}
