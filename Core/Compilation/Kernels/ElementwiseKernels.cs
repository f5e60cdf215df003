using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>An elementwise function of vectors.</summary>
internal interface IVectorOp
{
    /// <summary>f(x, y), lane by lane.</summary>
    static abstract Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T>;
}

/// <summary>The kernels of elementwise operations. Frequent operations are computed with vectors, all others element by element.</summary>
internal static class ElementwiseKernels
{
    /// <summary>
    /// True for operations whose kernel may write the result over argument <paramref name="k"/>, because each entry of the result depends
    /// only on the entry of this argument at the same place.
    /// </summary>
    public static bool IsInPlace(Operation operation, int k) =>
        operation is Elementwise or ReluPullback || operation is Append && k == 0
        || operation is AdamUpdate { Result: < AdamUpdate.SquaredNorm } && k < AdamUpdate.Matrices;

    /// <summary>The kernel of a vector function. The result may have the same buffer as an argument.</summary>
    public static RowKernel Bind<TOp, T>(KernelContext<T> context) where TOp : struct, IVectorOp where T : unmanaged, INumber<T>
    {
        var (x, y, z) = (context.X, context.Y, context.Z);
        return (first, count) => Run<TOp, T>(count, x.From(first), y.From(first), z.From(first));
    }

    /// <summary>The kernel of a function without a vector form. It computes element by element, in double precision.</summary>
    public static RowKernel Bind<T>(Elementwise function, KernelContext<T> context) where T : unmanaged, INumber<T>
    {
        var (x, y, z, columns) = (context.X, context.Y, context.Z, context.Columns);
        return (first, count) => Run(function, count, columns, x.From(first), y.From(first), z.From(first));
    }

    /// <summary>x + y.</summary>
    public readonly struct VectorAdd : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => x + y;
    }

    /// <summary>x.</summary>
    public readonly struct VectorCopy : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => x;
    }

    /// <summary>x·y.</summary>
    public readonly struct VectorMul : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => x * y;
    }

    /// <summary>x/y.</summary>
    public readonly struct VectorQuotient : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => x / y;
    }

    /// <summary>max(0, x), and NaN for NaN.</summary>
    public readonly struct VectorRelu : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> =>
            Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<T>.Zero), Vector512<T>.Zero, x);
    }

    /// <summary>y if x &gt; 0, else 0·y, which keeps NaN.</summary>
    public readonly struct VectorReluPullback : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), y, Vector512<T>.Zero * y);
    }

    /// <summary>z = f(x, y), vector by vector. The padding of each row is computed, too.</summary>
    public static void Run<TOp, T>(int rows, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> z)
        where TOp : struct, IVectorOp
        where T : unmanaged, INumber<T>
    {
        ref var xs = ref x.Start;
        ref var ys = ref y.Start;
        ref var zs = ref z.Start;
        for (var i = 0; i < rows * z.Stride; i += Vector512<T>.Count)
            TOp.Forward(Vector512.LoadUnsafe(ref xs, (nuint)i), Vector512.LoadUnsafe(ref ys, (nuint)i)).StoreUnsafe(ref zs, (nuint)i);
    }

    /// <summary>z = f(x, y), element by element, computed in double precision and rounded to T.</summary>
    public static void Run<T>(
        Elementwise function, int rows, int columns, MatrixBuffer<T> x, MatrixBuffer<T> y, MatrixBuffer<T> z)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                z.Row(i)[j] = T.CreateTruncating(function.At(double.CreateTruncating(x.Row(i)[j]), double.CreateTruncating(y.Row(i)[j])));
    }
}
