using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>Adam at one step. It holds the two factors of the update that depend only on the step.</summary>
internal readonly struct AdamKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double meanScale, squareScale;

    /// <summary>Adam at a step, counted from 0.</summary>
    public AdamKernel(int step, double learningRate) =>
        (meanScale, squareScale) = (-learningRate / (1 - Math.Pow(Adam.Beta1, step + 1)), 1 / (1 - Math.Pow(Adam.Beta2, step + 1)));

    /// <summary>
    /// Updates a parameter matrix p and its moments m and v by the gradient g. All four are [rows, columns], with the same stride. Returns
    /// the sum of the squares of g.
    /// </summary>
    public T Update(int rows, int columns, MatrixBuffer<T> p, MatrixBuffer<T> m, MatrixBuffer<T> v, MatrixBuffer<T> g)
    {
        // Rows without padding are contiguous, and are updated as one long row.
        var (count, length) = columns == p.Stride ? (1, rows * columns) : (rows, columns);
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < count; i++) squares += Update(length, ref p.At(i), ref m.At(i), ref v.At(i), ref g.At(i));
        return Simd.Sum(squares);
    }

    private Vector512<T> Update(int n, ref T p, ref T m, ref T v, ref T g)
    {
        var (beta1, rest1) = (Simd.Broadcast<T>(Adam.Beta1), Simd.Broadcast<T>(1 - Adam.Beta1));
        var (beta2, rest2) = (Simd.Broadcast<T>(Adam.Beta2), Simd.Broadcast<T>(1 - Adam.Beta2));
        var (scaleMean, scaleSquare) = (Simd.Broadcast<T>(meanScale), Simd.Broadcast<T>(squareScale));
        var (epsilon, smallest, flushBias) = (Simd.Broadcast<T>(Adam.Epsilon), Simd.Broadcast<T>(1e-30), Simd.FlushBias<T>());
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var index = (nuint)i;
            var gradient = Vector512.LoadUnsafe(ref g, index);
            if (n - i < Vector512<T>.Count) gradient = Simd.SelectHead(gradient, n - i, Vector512<T>.Zero);
            squares = Simd.Fma(gradient, gradient, squares);
            // The moments of tokens that no longer occur decay to subnormal numbers. Such moments are negligible beside epsilon, so they
            // are flushed to zero.
            var mean = Simd.Fma(beta1, Vector512.LoadUnsafe(ref m, index), Simd.Fma(rest1, gradient, flushBias)) - flushBias;
            var square = Simd.Fma(beta2, Vector512.LoadUnsafe(ref v, index), Simd.Fma(rest2 * gradient, gradient, flushBias)) - flushBias;
            mean.StoreUnsafe(ref m, index);
            square.StoreUnsafe(ref v, index);
            var unbiased = Simd.Fma(square, scaleSquare, smallest); // smallest keeps this above 0; √1e-30 is negligible beside epsilon
            var divisor = Simd.Fma(unbiased, Simd.ReciprocalSqrt(unbiased), epsilon);
            Simd.Fma(scaleMean, mean / divisor, Vector512.LoadUnsafe(ref p, index)).StoreUnsafe(ref p, index);
        }
        return squares;
    }
}
