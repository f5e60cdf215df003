using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>
/// A program with epilogues updates a parameter as if the whole gradient were computed first, and not before the parameter's last use.
/// </summary>
public class AdamEpilogueFacts
{
    private static readonly Shape Square = new(3, 3);
    private static readonly Variable X = new("x", Square), Y = new("y", Square), V = new("v", Square), W = new("w", Square);
    private static readonly Expr P = Y * X, Q = Y + X;

    /// <summary>Programs by the use of a gradient or its parameter: the results, and the parameter that each updates, if any.</summary>
    private static readonly ImmutableDictionary<string, (ImmutableArray<Expr> Results, ImmutableArray<Variable?> Updated)> Programs =
        new Dictionary<string, (ImmutableArray<Expr>, ImmutableArray<Variable?>)>
        {
            ["a later node uses the parameter"] = ([X.Times(W), P.TransposeTimes(Q)], [null, W]),
            ["an earlier node uses the parameter"] = ([P.TransposeTimes(Q), X.Times(W)], [W, null]),
            ["its gradient uses the parameter"] = ([P.TransposeTimes(W), X.Times(W)], [W, null]),
            ["each gradient uses the other parameter"] = ([P.TransposeTimes(W), P.TransposeTimes(V)], [V, W]),
            ["its gradient is no product"] = ([P + Q, X.Times(W)], [W, null]),
            ["another node uses its gradient"] = ([P.TransposeTimes(Q), P.TransposeTimes(Q).Exp() * W], [W, null]),
            ["two parameters share a gradient"] = ([P.TransposeTimes(Q), P.TransposeTimes(Q), V.Times(W)], [V, W, null]),
            ["its gradient is a variable"] = ([X, X.Times(W)], [W, null]),
            ["its gradient is a constant"] = ([new Constant(0.5, Square), X.Times(W)], [W, null]),
        }.ToImmutableDictionary();

    public static TheoryData<string> Names => [.. Programs.Keys.Order(StringComparer.Ordinal)];

    // Sizes below, at and beyond one slice; columns for which a slice has the fewest rows; and an inner size of 0.
    [Theory]
    [InlineData(1, 1, 1), InlineData(13, 9, 5), InlineData(300, 3, 70), InlineData(40, 200, 1500), InlineData(7, 0, 70)]
    public void A_product_updates_slice_by_slice_as_the_whole_gradient_does(int rows, int inner, int columns)
    {
        UpdatesAsTheWholeGradient<double>(rows, inner, columns, unit: 1.2e-16);
        UpdatesAsTheWholeGradient<float>(rows, inner, columns, unit: 6e-8);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_is_updated_after_its_last_use(string use)
    {
        var (expressions, updated) = Programs[use];
        var results = Fusion.Fuse(expressions);
        var (inProgram, afterward) = (Buffers(), Buffers());
        var program = Program<double>.Compile(
            [.. results.Zip(updated, (x, parameter) =>
                new Output<double>(x, Update: parameter is null ? null : Epilogue(parameter, inProgram[parameter])))],
            Nothing, variable => inProgram[variable]);
        var expected = Program<double>.Compile([.. results.Select(x => new Output<double>(x))], Nothing, variable => afterward[variable]);
        program.Run();
        expected.Run();
        for (var k = 0; k < results.Length; k++)
        {
            if (updated[k] is not { } parameter) Assert.True(Same(expected.Results[k], program.Results[k]), $"result {k} differs");
            else
            {
                Adam<double>().Update(3, 3, afterward[parameter], Zeros(), Zeros(), expected.Results[k]);
                Assert.True(Same(afterward[parameter], inProgram[parameter]), $"{parameter.Name} differs");
            }
        }
    }

    private static BatchLayout Nothing => new(documents: 1, positions: 1);

    private static AdamEpilogue<double> Epilogue(Variable parameter, MatrixBuffer<double> p) =>
        new(parameter, new(parameter.Name, 3, 3), p, Zeros(), Zeros()) { Adam = Adam<double>() };

    private static MatrixBuffer<double> Zeros() => MatrixBuffer<double>.Allocate(3, 3);

    private static AdamKernel<T> Adam<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(step: 2, learningRate: 0.1);

    private static bool Same(MatrixBuffer<double> a, MatrixBuffer<double> b) =>
        Enumerable.Range(0, 3).All(i => a.Row(i)[..3].SequenceEqual(b.Row(i)[..3]));

    private static Dictionary<Variable, MatrixBuffer<double>> Buffers() =>
        new[] { X, Y, V, W }.Select((variable, k) => (variable, k)).ToDictionary(x => x.variable, x => Filled<double>(3, 3, x.k));

    private static MatrixBuffer<T> Filled<T>(int rows, int columns, int k, int lowest = -128)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var buffer = MatrixBuffer<T>.Allocate(rows, columns);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                buffer.At(i, j) = T.CreateTruncating(((i * 37 + j * 101 + k * 59) % 257 + lowest) / 64.0);
        return buffer;
    }

    // The products and sums of the entries are exact in either precision, so both ways to update have the same bits. Only the squares of
    // the norm are summed in another order. Each addition rounds by half a unit in the last place at most.
    private static void UpdatesAsTheWholeGradient<T>(int rows, int inner, int columns, double unit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y) = (Filled<T>(inner, rows, 0), Filled<T>(inner, columns, 1));
        var (gradient, slice) = (MatrixBuffer<T>.Allocate(rows, columns), MatrixBuffer<T>.Allocate(rows, columns));
        MatrixBuffer<T>[] Matrices() => [Filled<T>(rows, columns, 2), Filled<T>(rows, columns, 3), Filled<T>(rows, columns, 4, lowest: 0)];
        MatrixBuffer<T>[] sliced = Matrices(), whole = Matrices();
        var update = new AdamEpilogue<T>(W, new("w", rows, columns), sliced[0], sliced[1], sliced[2]) { Adam = Adam<T>() };
        update.ApplyProduct(inner, x, y, slice, next: MatrixBuffer<T>.Allocate(1, 1));
        MatMul.TransposeTimes(rows, inner, columns, x, y, gradient);
        var norm = Math.Sqrt(double.CreateTruncating(Adam<T>().Update(rows, columns, whole[0], whole[1], whole[2], gradient)));
        Assert.Equal(norm, update.Norm, norm * rows * columns * unit);
        for (var k = 0; k < 3; k++)
            for (var i = 0; i < rows; i++)
            {
                var same = whole[k].Row(i)[..columns].SequenceEqual(sliced[k].Row(i)[..columns]);
                Assert.True(same, $"{typeof(T).Name}: row {i} of {"pmv"[k]} differs");
            }
    }
}
