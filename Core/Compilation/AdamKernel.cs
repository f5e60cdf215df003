using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>One update by Adam, as numbers that are the same for all parameters.</summary>
public readonly struct AdamKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> beta1, beta2, rest1, rest2, fall, bias2, epsilon, least;

    /// <summary>The update of a step, the first being 0.</summary>
    public AdamKernel(int step, double learningRate)
    {
        (beta1, rest1) = (Register.Every<T>(Adam.Beta1), Register.Every<T>(1 - Adam.Beta1));
        (beta2, rest2) = (Register.Every<T>(Adam.Beta2), Register.Every<T>(1 - Adam.Beta2));
        fall = Register.Every<T>(-learningRate / (1 - Math.Pow(Adam.Beta1, step + 1)));
        bias2 = Register.Every<T>(1 / (1 - Math.Pow(Adam.Beta2, step + 1)));
        (epsilon, least) = (Register.Every<T>(Adam.Epsilon), Register.Every<T>(1e-30));
    }

    /// <summary>Updates a matrix of parameters p and their moments m and v by the gradient g; the sum of squares of g.</summary>
    public T Update(int rows, int columns, Block<T> p, Block<T> m, Block<T> v, Block<T> g)
    {
        // Rows without padding between them are one long row.
        var (count, length) = columns == p.Stride ? (1, rows * columns) : (rows, columns);
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < count; i++) squares += Update(length, ref p.At(i), ref m.At(i), ref v.At(i), ref g.At(i));
        return Register.Sum(squares);
    }

    private Vector512<T> Update(int n, ref T p, ref T m, ref T v, ref T g)
    {
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var at = (nuint)i;
            var slope = Vector512.LoadUnsafe(ref g, at);
            if (n - i < Vector512<T>.Count) slope = Register.Head(slope, n - i, Vector512<T>.Zero);
            squares = Register.Fma(slope, slope, squares);
            // The moments of a token that stays away fade for ever, and are 0 next to epsilon long before they are 0.
            var mean = Register.Faded(Register.Fma(beta1, Vector512.LoadUnsafe(ref m, at), rest1 * slope));
            var square = Register.Faded(Register.Fma(beta2, Vector512.LoadUnsafe(ref v, at), rest2 * slope * slope));
            mean.StoreUnsafe(ref m, at);
            square.StoreUnsafe(ref v, at);
            var unbiased = Register.Fma(square, bias2, least);   // above 0; its root is nothing beside epsilon
            var share = Register.Inverse(Register.Fma(unbiased, Register.InverseRoot(unbiased), epsilon));
            Register.Fma(fall * mean, share, Vector512.LoadUnsafe(ref p, at)).StoreUnsafe(ref p, at);
        }
        return squares;
    }
}
