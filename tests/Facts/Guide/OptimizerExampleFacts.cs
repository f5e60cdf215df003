using System.Collections.Immutable;
using System.Reflection;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts.Guide;

/// <summary>The optimizers that tests/Examples declares.</summary>
public class OptimizerExampleFacts
{
    // 40 documents are three shards, whose gradients are added before the update.
    [Theory]
    [InlineData("Lion", 1)]
    [InlineData("Lion", 40)]
    [InlineData("Muon", 1)]
    [InlineData("Muon", 40)]
    public void A_compiled_example_makes_the_steps_of_its_expression(string name, int batchSize) =>
        OptimizerFacts.Agree((Optimizer)Activator.CreateInstance(Load(name))!, batchSize);

    /// <summary>The matrices have chosen singular values, of at least 0.0015 of the Frobenius norm, between two rotations.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 6)]
    [InlineData(5, 5)]
    [InlineData(16, 4)]
    [InlineData(7, 12)]
    [InlineData(16, 16)]
    public void Muon_maps_singular_values_near_1(int rows, int columns)
    {
        var orthogonalize = Load("Muon").GetMethod("Orthogonalize", BindingFlags.Public | BindingFlags.Static)!;
        var g = new Variable("g", new(rows, columns));
        var update = (Expr)orthogonalize.Invoke(null, [g])!;
        foreach (var seed in Enumerable.Range(0, 5))
        {
            var environment = Environment<Real>.Of(Inputs.None).With(g, Draw(rows, columns, PythonRandom.Seed(seed)).Map(x => new Real(x)));
            IsNearOrthogonal(update.Evaluate(environment));
            IsNearOrthogonal(CompiledEvaluation.Compile<double>([update])(environment)[0]);
            IsNearOrthogonal(CompiledEvaluation.Compile<float>([update])(environment)[0]);
        }

        static void IsNearOrthogonal(Matrix<Real> matrix) =>
            Assert.All(SingularValues(matrix.Map(entry => entry.Plain)), s => Assert.InRange(s, 0.6, 1.3));
    }

    private static Type Load(string name) => ProgramText.Load(name, ExampleFacts.Parse($"{name}.cs"));

    // Singular values from 0.006 to 1, these two among them. The Frobenius norm of up to 16 of them is at most 4, so 0.006 is at least
    // 0.0015 of it.
    private static Matrix<double> Draw(int rows, int columns, PythonRandom random)
    {
        var count = Math.Min(rows, columns);
        var (shares, next) = random.Repeat(count, r => r.Random());
        ImmutableArray<double> values = [.. shares.Select((share, i) => i switch { 0 => 1, 1 => 0.006, _ => Math.Pow(0.006, share) })];
        var diagonal = Matrix<double>.Of(rows, columns, (i, j) => i == j ? values[i] : 0);
        return Rotated(Transpose(Rotated(Transpose(diagonal), next)), PythonRandom.Seed(rows + columns));
    }

    // A product of Givens rotations of the rows, each by a random angle.
    private static Matrix<double> Rotated(Matrix<double> matrix, PythonRandom random)
    {
        for (var p = 0; p < matrix.Rows; p++)
            for (var q = p + 1; q < matrix.Rows; q++)
            {
                (var angle, random) = random.Gauss(0, 2);
                matrix = Rotated(matrix, p, q, Math.Cos(angle), Math.Sin(angle));
            }
        return matrix;
    }

    private static Matrix<double> Rotated(Matrix<double> x, int p, int q, double cos, double sin) => Matrix<double>.Of(
        x.Rows, x.Columns, (i, j) => i == p ? cos * x[p, j] + sin * x[q, j] : i == q ? cos * x[q, j] - sin * x[p, j] : x[i, j]);

    private static Matrix<double> Transpose(Matrix<double> x) => Matrix<double>.Of(x.Columns, x.Rows, (i, j) => x[j, i]);

    // One-sided Jacobi: rotations make the rows orthogonal, and their lengths are the singular values. Ten sweeps are more than
    // 16 rows need, since each sweep squares the cosines of the angles that are left.
    private static IEnumerable<double> SingularValues(Matrix<double> matrix)
    {
        var x = matrix.Rows <= matrix.Columns ? matrix : Transpose(matrix);
        for (var sweep = 0; sweep < 10; sweep++)
            for (var p = 0; p < x.Rows; p++)
                for (var q = p + 1; q < x.Rows; q++)
                {
                    var angle = 0.5 * Math.Atan2(2 * Dot(x, p, q), Dot(x, p, p) - Dot(x, q, q));
                    x = Rotated(x, p, q, Math.Cos(angle), Math.Sin(angle));
                }
        return Enumerable.Range(0, x.Rows).Select(i => Math.Sqrt(Dot(x, i, i)));
    }

    private static double Dot(Matrix<double> x, int p, int q) => Enumerable.Range(0, x.Columns).Sum(j => x[p, j] * x[q, j]);
}
