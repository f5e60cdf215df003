using System.Numerics;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Benchmarks;

/// <summary>The kernels that a step spends its time in, on the rows of some documents.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class KernelBenchmarks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 112, Documents = 16;

    private static readonly Heads Heads = new(4, 16);

    private readonly Layout layout = new(Documents, Rows);
    private readonly Block<T> panel = Products.Panel<T>();

    private Block<T> x, w, y, square, weights, queries, turned;
    private Update<T>? update;

    [Params(16, 64, 256)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Block<T> Filled(int rows)
        {
            var block = Block<T>.Of(rows, Columns);
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < Columns; j++)
                    block.At(i, j) = T.CreateTruncating((i * 37 + j * 11) % 17 - 8) / T.CreateTruncating(16);
            return block;
        }

        (x, w, y, square) = (Filled(Rows), Filled(Columns), Filled(Rows), Filled(Columns));
        weights = Block<T>.Of(Rows, Heads.Columns);
        (queries, turned) = (Block<T>.Of(Columns, Vector512<T>.Count), Block<T>.Of(Heads.Columns, Vector512<T>.Count));
        update = new(new("w", new(Columns, Columns)), new("w", Columns, Columns), w, Block<T>.Of(Columns, Columns), Block<T>.Of(Columns, Columns), () => new(1000, 0.01));
        for (var document = 0; document < Documents; document++) layout.Append(Rows / Documents);
    }

    [Benchmark]
    public void Times() => Products.Times(Rows, Columns, Columns, x, w, y);

    [Benchmark]
    public void TransposeTimes() => Products.TransposeTimes(Columns, Rows, Columns, x, y, square);

    [Benchmark]
    public void UpdateByProduct() => update!.ByProduct(Rows, x, y, square);

    [Benchmark]
    public void TimesTranspose() => Products.TimesTranspose(Rows, Columns, Columns, x, w, panel, y);

    [Benchmark]
    public void RowTimesTranspose() => Products.TimesTranspose(1, Columns, Columns, x, w, panel, y);

    [Benchmark]
    public void Transpose() => Transposition.Transpose(Columns, Columns, w, square);

    [Benchmark]
    public void AttentionWeights() => AttentionKernels.Scores(layout, Heads, Columns, x, y, T.One, queries, turned, weights);

    [Benchmark]
    public void Mix() => AttentionKernels.Mix(layout, Heads, Columns, weights, x, y);

    [Benchmark]
    public void Softmax()
    {
        for (var i = 0; i < Rows; i++) Compilation.Rows.Softmax(ref x.At(i), Columns, ref y.At(i));
    }

    [Benchmark]
    public void RmsNorm()
    {
        for (var i = 0; i < Rows; i++) Compilation.Rows.RmsNorm(ref x.At(i), Columns, ref y.At(i));
    }

    [Benchmark]
    public T Adam() => new AdamKernel<T>(1000, 0.01).Update(Rows, Columns, y, x, y, x);
}
