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
        operation is Elementwise or ReluPullback or Gelu or GeluPullback || operation is Append && k == 0
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

    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    public readonly struct VectorSigmoid : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => Simd.Sigmoid(x);
    }

    /// <summary>tanh x.</summary>
    public readonly struct VectorTanh : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> => Simd.Tanh(x);
    }

    /// <summary>y if x &gt; 0, else 0·y, which keeps NaN.</summary>
    public readonly struct VectorReluPullback : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), y, Vector512<T>.Zero * y);
    }

    /// <summary>x·σ(u), where u = √(8/π)·(x + 0.044715·x³): gelu x.</summary>
    public readonly struct VectorGelu : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T> =>
            x * Simd.Sigmoid(Gate(x));

        /// <summary>u = √(8/π)·(x + 0.044715·x³).</summary>
        public static Vector512<T> Gate<T>(Vector512<T> x) where T : unmanaged, INumber<T> =>
            Simd.Broadcast<T>(Operations.GeluSlope) * Simd.Fma(Simd.Broadcast<T>(Operations.GeluCubic) * x * x, x, x);
    }

    /// <summary>y·(σ(u) + x·σ(u)·σ(-u)·du/dx), with u as in <see cref="VectorGelu"/>: the derivative of gelu at x, times y.</summary>
    public readonly struct VectorGeluPullback : IVectorOp
    {
        public static Vector512<T> Forward<T>(Vector512<T> x, Vector512<T> y) where T : unmanaged, INumber<T>
        {
            // σ(u) is r or e·r, and σ(u)·σ(-u) is e·r·r. The factor e·r·r comes first, so that for large x no infinity meets its 0.
            var u = VectorGelu.Gate(x);
            var e = Simd.Exp(-Vector512.Abs(u));
            var r = Vector512<T>.One / (Vector512<T>.One + e);
            var sigmoid = Vector512.ConditionalSelect(Vector512.LessThan(u, Vector512<T>.Zero), e * r, r);
            var slope = e * r * r * x * Simd.Broadcast<T>(Operations.GeluSlope);
            return y * (sigmoid + Simd.Fma(slope * x * x, Simd.Broadcast<T>(3 * Operations.GeluCubic), slope));
        }
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
