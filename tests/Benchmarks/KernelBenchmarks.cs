using System.Collections.Immutable;
using System.Numerics;
using BenchmarkDotNet.Attributes;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Benchmarks;

/// <summary>The kernels in which a training step spends its time, on 112 positions in 16 documents.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class KernelBenchmarks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 112, Documents = 16;

    private static readonly Heads Heads = new(4, 16);

    private readonly BatchLayout layout = new(Documents, Rows);
    private readonly MatrixBuffer<T> panel = MatMul.AllocatePanel<T>();

    private MatrixBuffer<T> x, w, y, square, weights;
    private AttentionScratch<T> scratch;
    private Action? update;

    [Params(16, 64, 256)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        MatrixBuffer<T> Filled(int rows)
        {
            var buffer = MatrixBuffer<T>.Allocate(rows, Columns);
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < Columns; j++)
                    buffer.At(i, j) = T.CreateTruncating((i * 37 + j * 11) % 17 - 8) / T.CreateTruncating(16);
            return buffer;
        }

        (x, w, y, square) = (Filled(Rows), Filled(Columns), Filled(Rows), Filled(Columns));
        weights = MatrixBuffer<T>.Allocate(Rows, Heads.Columns);
        scratch = AttentionScratch<T>.Allocate(Heads, Columns);
        Variable[] matrices = [.. Enumerable.Range(0, 4).Select(_ => new Variable("x", new(Columns, Columns)))];
        ImmutableArray<Expr> arguments = [.. matrices, Expr.Constant(0.01), Expr.Constant(1), Expr.Constant(1)];
        Application[] results = [.. Enumerable.Range(0, 4).Select(k =>
            new Application(new AdamUpdate(0.85, 0.99, 1e-8) { Result = k }, arguments))];
        update = Program<T>.Compile(
            [new(results[3]), new(results[0], matrices[0]), new(results[1], matrices[2]), new(results[2], matrices[3])],
            layout, _ => MatrixBuffer<T>.Allocate(Columns, Columns)).Run;
        for (var document = 0; document < Documents; document++) layout.Append(Rows / Documents);
    }

    [Benchmark]
    public void Times() => MatMul.Times(Rows, Columns, Columns, x, w, y);

    [Benchmark]
    public void TransposeTimes() => MatMul.TransposeTimes(Columns, Rows, Columns, x, y, square);

    [Benchmark]
    public void TimesTranspose() => MatMul.TimesTranspose(Rows, Columns, Columns, x, w, panel, y);

    [Benchmark]
    public void RowTimesTranspose() => MatMul.DotRows(Columns, Columns, ref x.Start, ref w.Start, w.Stride, ref y.Start);

    [Benchmark]
    public void Transpose() => TransposeKernel.Transpose(Columns, Columns, w, square);

    [Benchmark]
    public void AttentionWeights() => AttentionScoreKernels.Scores(layout, ..Documents, Heads, Columns, x, y, T.One, scratch, weights);

    [Benchmark]
    public void Mix() => AttentionMixKernels.Mix(layout, ..Documents, Heads, Columns, weights, x, y);

    [Benchmark]
    public void Softmax()
    {
        for (var i = 0; i < Rows; i++) SoftmaxKernels.Softmax(ref x.At(i), Columns, ref y.At(i));
    }

    [Benchmark]
    public void RmsNorm()
    {
        for (var i = 0; i < Rows; i++) RmsNormKernels.RmsNorm(ref x.At(i), Columns, ref y.At(i));
    }

    [Benchmark]
    public void Adam() => update!();
}
