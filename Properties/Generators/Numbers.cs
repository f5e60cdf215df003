using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Matrices out of the numbers of a direction.</summary>
public static class Numbers
{
    /// <summary>The matrix of a variable, the one with this ordinal, in a frame.</summary>
    public static Matrix<double> Matrix(this Direction direction, Shape shape, int ordinal, Frame frame)
    {
        var (rows, numbers) = (shape.Rows.In(frame.Packing), direction.Numbers);
        return Matrix<double>.Of(rows, shape.Columns, (i, j) => numbers[(ordinal * 17 + i * shape.Columns + j) % numbers.Length]);
    }

    /// <summary>Variables with their values, in a frame.</summary>
    public static Environment<T> Bind<T>(this Frame frame, IEnumerable<(Variable Variable, Matrix<T> Value)> values)
        where T : IEvaluated<T> =>
        values.Aggregate(Environment<T>.Of(frame.Inputs), (bound, pair) => bound.With(pair.Variable, pair.Value));
}
