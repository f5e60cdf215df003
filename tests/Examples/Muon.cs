#:project ../../Core/Core.csproj
// Muon makes the update of a matrix nearly orthogonal: all its singular values come near 1 (Jordan et al., 2024). Its iteration of Newton
// and Schulz consists of products of matrices, so it is an expression like any other. Embeddings and lm_head follow Adam. This prints:
//
//   step 200: mean loss 1.1043
//   step 400: mean loss 0.4267
//   step 600: mean loss 0.4058
//   [16, 16]: singular values from 0.69 to 1.11, within [0.6, 1.3]: True
//   [64, 16]: singular values from 0.68 to 1.13, within [0.6, 1.3]: True
//   [16, 64]: singular values from 0.69 to 1.13, within [0.6, 1.3]: True

using System.Collections.Immutable;
using MicroGpt;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

string[] words = ["ariel", "callisto", "europa", "ganymede", "io", "janus", "mimas", "miranda", "oberon", "rhea", "titan", "titania"];

var tokenizer = Tokenizer.Of(new([.. words]));
var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 10, tokenizer.VocabSize).OrThrow();
var schedule = TrainingSchedule.Create(steps: 600, learningRate: 0.01).OrThrow();
var data = new TrainingData(schedule, [.. words.Select(word => tokenizer.Document(word).OrThrow())]);
var muon = new Muon();
var train = CompiledTrainer.Compile<double>(new(configuration), data, threads: 1, optimizer: muon);
var state = TrainingState.Start(Parameters.Draw(configuration, PythonRandom.Seed(42)).Value, muon);
while (state.Step < schedule.Steps)
{
    var progress = train.Steps(state, 200).OrThrow();
    Console.WriteLine($"step {progress.State.Step,3}: mean loss {progress.Results.Average(result => result.Loss):F4}");
    state = progress.State;
}

// The singular values of the orthogonalized matrix, for three shapes of random matrices.
foreach (var (rows, columns) in new[] { (16, 16), (64, 16), (16, 64) })
{
    var x = new Variable("x", new(rows, columns));
    var entries = PythonRandom.Seed(7).Repeat(rows * columns, r => r.Gauss(0, 1)).Value;
    var value = Muon.Orthogonalize(x).Evaluate(
        Environment<Real>.Of(Inputs.None).With(x, new(rows, columns, [.. entries.Select(entry => new Real(entry))])));
    var singular = SingularValues(value.Map(entry => entry.Plain));
    Console.WriteLine($"[{rows}, {columns}]: singular values from {singular.Min():F2} to {singular.Max():F2}, "
        + $"within [0.6, 1.3]: {singular.All(s => s is >= 0.6 and <= 1.3)}");
}

// One-sided Jacobi rotations make the columns orthogonal. Their lengths are the singular values then.
static double[] SingularValues(Matrix<double> matrix)
{
    var (n, m) = (Math.Max(matrix.Rows, matrix.Columns), Math.Min(matrix.Rows, matrix.Columns));
    var columns = Enumerable.Range(0, m).Select(j => Enumerable.Range(0, n)
        .Select(i => matrix.Rows >= matrix.Columns ? matrix[i, j] : matrix[j, i]).ToArray()).ToArray();
    for (var sweep = 0; sweep < 30; sweep++)
        for (var p = 0; p < m; p++)
            for (var q = p + 1; q < m; q++)
            {
                var (a, b) = (columns[p], columns[q]);
                var (aa, bb, ab) = (Dot(a, a), Dot(b, b), Dot(a, b));
                if (Math.Abs(ab) <= 1e-15 * Math.Sqrt(aa * bb)) continue;
                var angle = 0.5 * Math.Atan2(2 * ab, aa - bb);
                var (c, s) = (Math.Cos(angle), Math.Sin(angle));
                (columns[p], columns[q]) = (
                    [.. a.Zip(b, (x, y) => c * x + s * y)],
                    [.. a.Zip(b, (x, y) => c * y - s * x)]);
            }
    return [.. columns.Select(column => Math.Sqrt(Dot(column, column)))];

    static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}

record Muon : Adam
{
    public override string Name => "muon";

    public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Variable parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
    {
        if (!parameter.Name.StartsWith("layer")) return Step(parameter, gradient, slots, inputs);
        var m = 0.95 * slots[0] + gradient;
        return (parameter - inputs[0] * Orthogonalize(0.95 * m + gradient), [m, slots[1]]);
    }

    // Each iteration takes a singular value s to 3.4445·s - 4.775·s³ + 2.0315·s⁵. The smaller of the two Gram matrices is used.
    public static Expr Orthogonalize(Expr g)
    {
        var isTall = g.Shape.Rows.IfFixed >= g.Shape.Columns;
        var x = g.Over((g.Dot(g).Pow(0.5) + 1e-7).Broadcast(g.Shape));
        for (var i = 0; i < 5; i++)
        {
            var gram = isTall ? x.TransposeTimes(x) : x.TimesTranspose(x);
            var polynomial = -4.775 * gram + 2.0315 * gram.Times(gram);
            x = 3.4445 * x + (isTall ? x.Times(polynomial) : polynomial.Times(x));
        }
        return x;
    }
}
