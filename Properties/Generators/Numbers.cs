using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Matrices of the numbers of a direction.</summary>
public static class Numbers
{
    /// <summary>The matrix of the variable with an ordinal. Different ordinals start at different numbers.</summary>
    public static Matrix<double> Matrix(this Direction direction, Shape shape, int ordinal, BatchCase batch)
    {
        var (rows, numbers) = (shape.Rows.In(batch.Packing), direction.Numbers);
        return Matrix<double>.Of(rows, shape.Columns, (i, j) => numbers[(ordinal * 17 + i * shape.Columns + j) % numbers.Length]);
    }

    /// <summary>Binds variables to values, in a batch.</summary>
    public static Environment<T> Bind<T>(this BatchCase batch, IEnumerable<(Variable Variable, Matrix<T> Value)> values)
        where T : IEvaluated<T> =>
        values.Aggregate(Environment<T>.Of(batch.Inputs), (bound, pair) => bound.With(pair.Variable, pair.Value));
}
