using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>The kernel of <see cref="AdamUpdate"/>.</summary>
internal static class AdamKernels
{
    /// <summary>
    /// The kernel of some results of an update. Each new matrix may have the same buffer as any argument. The squared norm is that of
    /// the rows of the run.
    /// </summary>
    public static RowKernel Bind<T>(KernelContext<T> context, AdamUpdate adam) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (shape, arguments) = (context.Argument, context.Arguments);
        var (p, g, m, v) = (arguments[0], arguments[1], arguments[2], arguments[3]);
        var (newP, newM, newV) = (context.Result(0, shape), context.Result(1, shape), context.Result(2, shape));
        var squares = context.Result(AdamUpdate.SquaredNorm, Shape.Scalar);
        var (rate, bias1, bias2) = (context.BindScalar(4), context.BindScalar(5), context.BindScalar(6));
        return (first, count) =>
        {
            // Rows without padding are contiguous, and are updated as one long row.
            var (rows, length) = shape.Columns == p.Stride ? (1, count * shape.Columns) : (count, shape.Columns);
            var factors = new Factors<T>(adam, rate(), bias1(), bias2());
            var sum = Vector512<T>.Zero;
            for (var i = first; i < first + rows; i++)
                sum += Update(
                    length, factors, ref p.At(i), ref g.At(i), ref m.At(i), ref v.At(i), ref newP.At(i), ref newM.At(i), ref newV.At(i));
            squares.At(0) = Simd.Sum(sum);
        };
    }

    // The numbers that are the same for each entry, in each lane of a vector.
    private readonly struct Factors<T>(AdamUpdate adam, double rate, double bias1, double bias2) where T : unmanaged, INumber<T>
    {
        public readonly Vector512<T> Beta1 = Simd.Broadcast<T>(adam.Beta1), Rest1 = Simd.Broadcast<T>(1 - adam.Beta1);
        public readonly Vector512<T> Beta2 = Simd.Broadcast<T>(adam.Beta2), Rest2 = Simd.Broadcast<T>(1 - adam.Beta2);
        public readonly Vector512<T> MeanScale = Simd.Broadcast<T>(-rate / bias1), SquareScale = Simd.Broadcast<T>(1 / bias2);
        public readonly Vector512<T> Epsilon = Simd.Broadcast<T>(adam.Epsilon);
    }

    // Updates n consecutive entries. Returns the sum of the squares of g, in the lanes of a vector.
    private static Vector512<T> Update<T>(
        int n, in Factors<T> factors, ref T p, ref T g, ref T m, ref T v, ref T newP, ref T newM, ref T newV)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (beta1, rest1, beta2, rest2) = (factors.Beta1, factors.Rest1, factors.Beta2, factors.Rest2);
        var (meanScale, squareScale, epsilon) = (factors.MeanScale, factors.SquareScale, factors.Epsilon);
        var (smallest, flushBias, squares) = (Simd.Broadcast<T>(1e-30), Simd.FlushBias<T>(), Vector512<T>.Zero);
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var index = (nuint)i;
            var (parameter, gradient) = (Vector512.LoadUnsafe(ref p, index), Vector512.LoadUnsafe(ref g, index));
            if (n - i < Vector512<T>.Count) gradient = Simd.SelectHead(gradient, n - i, Vector512<T>.Zero);
            squares = Simd.Fma(gradient, gradient, squares);
            // The moments of tokens that no longer occur decay to subnormal numbers. Such moments are negligible beside epsilon, so they
            // are flushed to zero.
            var mean = Simd.Fma(beta1, Vector512.LoadUnsafe(ref m, index), Simd.Fma(rest1, gradient, flushBias)) - flushBias;
            var square = Simd.Fma(beta2, Vector512.LoadUnsafe(ref v, index), Simd.Fma(rest2 * gradient, gradient, flushBias)) - flushBias;
            mean.StoreUnsafe(ref newM, index);
            square.StoreUnsafe(ref newV, index);
            var unbiased = Simd.Fma(square, squareScale, smallest); // smallest keeps this above 0; √1e-30 is negligible beside epsilon
            var divisor = Simd.Fma(unbiased, Simd.ReciprocalSqrt(unbiased), epsilon);
            Simd.Fma(meanScale, mean / divisor, parameter).StoreUnsafe(ref newP, index);
        }
        return squares;
    }
}
