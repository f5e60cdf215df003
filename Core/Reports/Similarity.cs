using MicroGpt.Autograd;

namespace MicroGpt.Reports;

/// <summary>The similarity of the rows of a matrix.</summary>
public static class Similarity
{
    /// <summary>
    /// The cosine of the angle between every two rows, [rows, rows]: 1 for the same direction, 0 for a right angle, -1 for opposite
    /// directions. The cosine with a row of zeros is 0.
    /// </summary>
    public static Matrix<double> Cosines(Matrix<double> rows)
    {
        var lengths = Enumerable.Range(0, rows.Rows).Select(i => Math.Sqrt(Product(i, i))).ToArray();
        return Matrix<double>.Of(rows.Rows, rows.Rows, (i, j) => lengths[i] * lengths[j] is > 0 and var scale ? Product(i, j) / scale : 0);

        double Product(int i, int j) => Enumerable.Range(0, rows.Columns).Sum(k => rows[i, k] * rows[j, k]);
    }
}
