using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>A compiled engine has the loss and the gradient of its expression, and matrix products of all sizes are right.</summary>
public class CompilationFacts
{
    // Room for rounding only: about 4,500 and 170 units in the last place of the largest entry.
    private const double Double = 1e-12, Single = 2e-5;

    /// <summary>n_embd, n_head, n_layer, block_size, and the lengths of the documents.</summary>
    public static TheoryData<int, int, int, int, int[]> Models => new()
    {
        { 16, 4, 1, 16, [7] },
        { 16, 4, 1, 16, [1, 20, 3] },
        { 8, 2, 2, 8, [4, 9, 1, 2] },
        { 20, 5, 2, 16, [16, 2] },
        { 6, 3, 1, 5, [3, 6] },
        { 3, 1, 3, 20, [20, 1, 7] },
        { 33, 3, 1, 17, [18, 5] },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_compiled_GPT_has_the_loss_and_the_gradient_of_its_expression(
        int nEmbd, int nHead, int nLayer, int blockSize, int[] lengths)
    {
        var configuration = Configuration.Create(nEmbd, nHead, nLayer, blockSize, 27).OrThrow();
        var (parameters, random) = Parameters.Draw(configuration.Table, PythonRandom.Seed(lengths.Length));
        var gpt = new Gpt(configuration);
        var batch = Batch.Of(gpt.Model, [.. lengths.Select(length => Tokens(length, random))]);
        var expected = Engines.Expression(gpt.Model)(parameters, batch);

        IsNear(expected, CompiledEngine.Compile<double>(gpt.Model, lengths.Length)(parameters, batch), Double);
        IsNear(expected, CompiledEngine.Compile<float>(gpt.Model, lengths.Length)(parameters, batch), Single);
    }

    [Fact]
    public void One_engine_serves_batches_of_any_size_that_fits_and_several_threads()
    {
        var configuration = Configuration.Create(8, 2, 1, 8, 27).OrThrow();
        var (parameters, random) = Parameters.Draw(configuration.Table, PythonRandom.Seed(1));
        var gpt = new Gpt(configuration);
        var (compiled, expression) = (CompiledEngine.Compile<double>(gpt.Model, 4), Engines.Expression(gpt.Model));
        Parallel.For(0, 40, i =>
        {
            var batch = Batch.Of(gpt.Model, [.. Enumerable.Range(0, i % 4 + 1).Select(d => Tokens((i + 3 * d) % 9 + 1, random))]);
            IsNear(expression(parameters, batch), compiled(parameters, batch), Double);
        });
    }

    [Fact]
    public void Operations_that_differ_in_the_third_argument_only_are_not_shared()
    {
        var variables = Enumerable.Range(0, 4).Select(k => new Variable($"x{k}", Shape.Scalar)).ToArray();
        Expr MultiplyAdd(Variable z) => new Application(new SumOfProducts(3), variables[0], variables[1], z);
        var environment = variables.Select((variable, k) => (variable, k)).Aggregate(
            Environment<Real>.Of(Inputs.None), (bound, x) => bound.With(x.variable, Matrix<Real>.Of(1, 1, (_, _) => new(10 * x.k + 2))));
        var expression = MultiplyAdd(variables[2]) * MultiplyAdd(variables[3]);

        var expected = (2 * 12 + 22) * (2 * 12 + 32);
        Assert.Equal(expected, expression.Evaluate(environment)[0, 0].Plain);
        Assert.Equal(expected, Simplification.Simplify(expression)[0].Evaluate(environment)[0, 0].Plain);
        Assert.Equal(expected, CompiledEvaluation.Compile<double>([expression], documents: 1, positions: 1)(environment)[0][0, 0].Plain);
    }

    [Fact]
    public void Fusion_finds_every_fusible_formula_of_a_GPT()
    {
        var gpt = new Gpt(Configuration.Create(16, 4, 3, 16, 27).OrThrow());
        var names = Writer.Print(Fusion.Fuse(gpt.Model.Loss).AsSpan());
        Assert.Equal(1 + 2 * 3, names.Split("= rmsnorm").Length - 1);
        Assert.Equal(3, names.Split("= attention-weights").Length - 1);
        Assert.Equal(1, names.Split("= cross-entropy").Length - 1);
        Assert.DoesNotContain("= pow", names);
        Assert.DoesNotContain("= exp", names);
    }

    [Trait("Speed", "Slow")]
    [Fact]
    public void Products_are_right_for_all_sizes_and_read_no_padding()
    {
        for (var rows = 1; rows <= 40; rows++)
        {
            for (var columns = 1; columns <= 40; columns++)
            {
                var inner = (7 * rows + 3 * columns) % 40 + 1;
                IsProduct<double>(rows, inner, columns);
                IsProduct<float>(rows, inner, columns);
            }
        }
    }

    [Theory]
    [InlineData(127), InlineData(128), InlineData(129), InlineData(300)]
    public void Products_are_right_at_and_beyond_one_block_of_the_inner_dimension(int inner)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (3, 17), (9, 16), (6, 33), (13, 70) })
        {
            IsProduct<double>(rows, inner, columns);
            IsProduct<float>(rows, inner, columns);
        }
    }

    [Fact]
    public void Tokens_and_positions_beyond_the_tables_are_refused()
    {
        var gpt = new Gpt(Configuration.Create(8, 2, 1, 8, 27).OrThrow());
        var parameters = Parameters.Draw(gpt.Model.Table, PythonRandom.Seed(1)).Value;
        foreach (ImmutableArray<int> document in new[] { [27, 0, 26], [26, -1, 26], ImmutableArray.Create(26, 0, 27) })
        {
            var batch = Batch.Of(gpt.Model, document);
            Assert.Throws<ArgumentOutOfRangeException>(() => CompiledEngine.Compile<float>(gpt.Model, 1)(parameters, batch));
        }

        var decoder = CompiledDecoder.Compile<float>(gpt, parameters);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Step(KeyValueCache.Empty, 27));
        var full = Enumerable.Range(0, 8).Aggregate(KeyValueCache.Empty, (cache, token) => decoder.Step(cache, token).Next);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Step(full, 0));
    }

    [Fact]
    public void A_matrix_that_no_array_can_hold_is_refused() =>
        Assert.Throws<InsufficientMemoryException>(() => MatrixBuffer<float>.Allocate(65536, 65536));

    // The entries are small integers, whose sums are exact in either precision. The padding is NaN, which would spoil every sum.
    private static void IsProduct<T>(int rows, int inner, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixBuffer<T> Filled(int rows, int columns, Func<int, int, int> entry)
        {
            var block = MatrixBuffer<T>.Allocate(rows, columns);
            block.Data.AsSpan().Fill(T.NaN);
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++)
                    block.At(i, j) = T.CreateTruncating(entry(i, j));
            return block;
        }

        int X(int i, int j) => (3 * i + 5 * j) % 7 - 3;
        int W(int i, int j) => (2 * i + 3 * j) % 5 - 2;
        var (product, transposed) = (MatrixBuffer<T>.Allocate(rows, columns), MatrixBuffer<T>.Allocate(columns, inner));
        void IsRight(int[,] expected)
        {
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++)
                    Assert.Equal(T.CreateTruncating(expected[i, j]), product.At(i, j));
        }

        var sums = new int[rows, columns];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                for (var p = 0; p < inner; p++)
                    sums[i, j] += X(i, p) * W(p, j);

        var w = Filled(inner, columns, W);
        MatMul.Times(rows, inner, columns, Filled(rows, inner, X), w, product);
        IsRight(sums);
        product.Data.AsSpan().Clear();
        MatMul.TransposeTimes(rows, inner, columns, Filled(inner, rows, (p, i) => X(i, p)), w, product);
        IsRight(sums);
        transposed.Data.AsSpan().Fill(T.NaN);
        TransposeKernel.Transpose(inner, columns, w, transposed);
        for (var p = 0; p < inner; p++)
            for (var j = 0; j < columns; j++)
                Assert.Equal(T.CreateTruncating(W(p, j)), transposed.At(j, p));
        Assert.Equal(inner * columns, transposed.Data.Count(number => !T.IsNaN(number)));
        product.Data.AsSpan().Clear();
        MatMul.TimesTranspose(rows, inner, columns, Filled(rows, inner, X), transposed, MatMul.AllocatePanel<T>(), product);
        IsRight(sums);
    }

    private static ImmutableArray<int> Tokens(int length, PythonRandom random) =>
        [26, .. random.Repeat(length, r => r.RandBelow(26)).Value, 26];

    private static void IsNear((double Loss, Gradient Gradient) expected, (double Loss, Gradient Gradient) found, double tolerance)
    {
        Assert.Equal(expected.Loss, found.Loss, Math.Abs(expected.Loss) * tolerance);
        var largest = expected.Gradient.Values.Max(Math.Abs);
        for (var i = 0; i < expected.Gradient.Values.Length; i++)
            Assert.Equal(expected.Gradient.Values[i], found.Gradient.Values[i], largest * tolerance);
    }
}
