using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>One update by Adam, as numbers that are the same for all parameters.</summary>
internal readonly struct AdamKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double fall, bias2;

    /// <summary>The update of a step, the first being 0.</summary>
    public AdamKernel(int step, double learningRate) =>
        (fall, bias2) = (-learningRate / (1 - Math.Pow(Adam.Beta1, step + 1)), 1 / (1 - Math.Pow(Adam.Beta2, step + 1)));

    /// <summary>Updates a matrix of parameters p and their moments m and v by the gradient g; the sum of squares of g.</summary>
    public T Update(int rows, int columns, MatrixBuffer<T> p, MatrixBuffer<T> m, MatrixBuffer<T> v, MatrixBuffer<T> g)
    {
        // Rows without padding between them are one long row.
        var (count, length) = columns == p.Stride ? (1, rows * columns) : (rows, columns);
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < count; i++) squares += Update(length, ref p.At(i), ref m.At(i), ref v.At(i), ref g.At(i));
        return Simd.Sum(squares);
    }

    private Vector512<T> Update(int n, ref T p, ref T m, ref T v, ref T g)
    {
        var (beta1, rest1) = (Simd.Broadcast<T>(Adam.Beta1), Simd.Broadcast<T>(1 - Adam.Beta1));
        var (beta2, rest2) = (Simd.Broadcast<T>(Adam.Beta2), Simd.Broadcast<T>(1 - Adam.Beta2));
        var (byMean, bySquare) = (Simd.Broadcast<T>(fall), Simd.Broadcast<T>(bias2));
        var (epsilon, least, little) = (Simd.Broadcast<T>(Adam.Epsilon), Simd.Broadcast<T>(1e-30), Simd.FlushBias<T>());
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var at = (nuint)i;
            var slope = Vector512.LoadUnsafe(ref g, at);
            if (n - i < Vector512<T>.Count) slope = Simd.SelectHead(slope, n - i, Vector512<T>.Zero);
            squares = Simd.Fma(slope, slope, squares);
            // The moments of a token that stays away fade for ever, and are 0 next to epsilon long before they are 0.
            var mean = Simd.Fma(beta1, Vector512.LoadUnsafe(ref m, at), Simd.Fma(rest1, slope, little)) - little;
            var square = Simd.Fma(beta2, Vector512.LoadUnsafe(ref v, at), Simd.Fma(rest2 * slope, slope, little)) - little;
            mean.StoreUnsafe(ref m, at);
            square.StoreUnsafe(ref v, at);
            var unbiased = Simd.Fma(square, bySquare, least);   // above 0; its root is nothing beside epsilon
            var root = Simd.Fma(unbiased, Simd.ReciprocalSqrt(unbiased), epsilon);
            Simd.Fma(byMean, mean / root, Vector512.LoadUnsafe(ref p, at)).StoreUnsafe(ref p, at);
        }
        return squares;
    }
}
