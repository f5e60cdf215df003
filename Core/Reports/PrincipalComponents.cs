using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Reports;

// A model stores what it has learned in matrices. A report shows the rows of the embeddings in two dimensions.

/// <summary>The rows of a matrix, projected onto the plane in which the rows have the largest variance.</summary>
/// <param name="Points">A point for each row.</param>
/// <param name="ExplainedVariance">The share of the rows' variance along each axis.</param>
public sealed record PrincipalComponents(ImmutableArray<(double X, double Y)> Points, (double X, double Y) ExplainedVariance)
{
    private const int MostSweeps = 50;

    /// <summary>The first two principal components of the rows, from the eigenvectors of their covariance, [columns, columns].</summary>
    public static PrincipalComponents Compute(Matrix<double> rows)
    {
        var (centered, c) = (Centered(rows), rows.Columns);
        var covariance = new double[c, c];
        for (var i = 0; i < c; i++)
            for (var j = 0; j <= i; j++)
                covariance[i, j] = covariance[j, i] = Covariance(i, j);
        var vectors = Diagonalize(covariance);

        var order = Enumerable.Range(0, c).OrderByDescending(k => covariance[k, k]).ToImmutableArray();
        var total = order.Sum(k => covariance[k, k]);
        return new(
            [.. Enumerable.Range(0, rows.Rows).Select(row => (Coordinate(row, 0), Coordinate(row, 1)))],
            (Share(0), Share(1)));

        double Covariance(int i, int j) => Enumerable.Range(0, rows.Rows).Sum(row => centered[row, i] * centered[row, j]) / rows.Rows;

        double Share(int component) => component < c && total > 0 ? covariance[order[component], order[component]] / total : 0;

        double Coordinate(int row, int component) => component < c
            ? Enumerable.Range(0, c).Sum(j => centered[row, j] * vectors[j, order[component]]) * Sign(order[component])
            : 0;

        // The sign of an eigenvector is arbitrary. Here, the entry with the largest absolute value is made positive.
        double Sign(int k) => Math.Sign(Enumerable.Range(0, c).Select(j => vectors[j, k]).MaxBy(Math.Abs));
    }

    private static Matrix<double> Centered(Matrix<double> rows)
    {
        var means = Enumerable.Range(0, rows.Columns).Select(j => Enumerable.Range(0, rows.Rows).Average(i => rows[i, j])).ToArray();
        return Matrix<double>.Of(rows.Rows, rows.Columns, (i, j) => rows[i, j] - means[j]);
    }

    // Jacobi's eigenvalue algorithm. Each rotation makes one entry off the diagonal 0. When a is diagonal, its diagonal holds the
    // eigenvalues. The result is the product of the rotations. The columns of the result are the eigenvectors.
    private static double[,] Diagonalize(double[,] a)
    {
        var n = a.GetLength(0);
        var vectors = new double[n, n];
        for (var i = 0; i < n; i++) vectors[i, i] = 1;
        for (var sweep = 0; sweep < MostSweeps && OffDiagonalSquares(a) > 1e-30 * DiagonalSquares(a); sweep++)
        {
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++)
                {
                    if (a[p, q] == 0) continue;
                    var ratio = (a[q, q] - a[p, p]) / (2 * a[p, q]);
                    var tangent = (ratio < 0 ? -1 : 1) / (Math.Abs(ratio) + Math.Sqrt(ratio * ratio + 1));
                    var cosine = 1 / Math.Sqrt(tangent * tangent + 1);
                    Rotate(a, vectors, p, q, cosine, tangent * cosine);
                }
        }
        return vectors;
    }

    private static void Rotate(double[,] a, double[,] vectors, int p, int q, double cosine, double sine)
    {
        var n = a.GetLength(0);
        for (var k = 0; k < n; k++) (a[k, p], a[k, q]) = (cosine * a[k, p] - sine * a[k, q], sine * a[k, p] + cosine * a[k, q]);
        for (var k = 0; k < n; k++) (a[p, k], a[q, k]) = (cosine * a[p, k] - sine * a[q, k], sine * a[p, k] + cosine * a[q, k]);
        for (var k = 0; k < n; k++)
            (vectors[k, p], vectors[k, q]) = (cosine * vectors[k, p] - sine * vectors[k, q], sine * vectors[k, p] + cosine * vectors[k, q]);
    }

    private static double OffDiagonalSquares(double[,] a) =>
        Entries(a).Where(entry => entry.I != entry.J).Sum(entry => entry.Value * entry.Value);

    private static double DiagonalSquares(double[,] a) =>
        Entries(a).Where(entry => entry.I == entry.J).Sum(entry => entry.Value * entry.Value);

    private static IEnumerable<(int I, int J, double Value)> Entries(double[,] a) =>
        from i in Enumerable.Range(0, a.GetLength(0))
        from j in Enumerable.Range(0, a.GetLength(1))
        select (i, j, a[i, j]);

    public bool Equals(PrincipalComponents? other) =>
        other is not null && ExplainedVariance == other.ExplainedVariance && Points.ContentEquals(other.Points);

    public override int GetHashCode() => HashCode.Combine(ExplainedVariance, Points.Length);
}
