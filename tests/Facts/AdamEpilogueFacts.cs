using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>A parameter that a program changes by its gradient changes as by the gradient at leisure, and not before anything has looked at it.</summary>
public class AdamEpilogueFacts
{
    private static readonly Shape Square = new(3, 3);
    private static readonly Variable X = new("x", Square), Y = new("y", Square), V = new("v", Square), W = new("w", Square);
    private static readonly Expr P = Y * X, Q = Y + X;

    /// <summary>By where the gradient is from and who looks at the parameter: results, and which parameter each updates.</summary>
    private static readonly ImmutableDictionary<string, (ImmutableArray<Expr> Results, ImmutableArray<Variable?> Updated)> Programs =
        new Dictionary<string, (ImmutableArray<Expr>, ImmutableArray<Variable?>)>
        {
            ["what comes later looks at it"] = ([X.Times(W), P.TransposeTimes(Q)], [null, W]),
            ["what comes before looks at it"] = ([P.TransposeTimes(Q), X.Times(W)], [W, null]),
            ["its gradient looks at it"] = ([P.TransposeTimes(W), X.Times(W)], [W, null]),
            ["each looks at the other"] = ([P.TransposeTimes(W), P.TransposeTimes(V)], [V, W]),
            ["its gradient is no product"] = ([P + Q, X.Times(W)], [W, null]),
            ["its gradient is looked at"] = ([P.TransposeTimes(Q), P.TransposeTimes(Q).Exp() * W], [W, null]),
            ["its gradient is the other's too"] = ([P.TransposeTimes(Q), P.TransposeTimes(Q), V.Times(W)], [V, W, null]),
            ["its gradient is a variable"] = ([X, X.Times(W)], [W, null]),
            ["its gradient is a constant"] = ([new Constant(0.5, Square), X.Times(W)], [W, null]),
        }.ToImmutableDictionary();

    public static TheoryData<string> Names => [.. Programs.Keys.Order(StringComparer.Ordinal)];

    // The sizes of tiles and of parts, and what is left of them; so many columns that a part is no more than the least; and nothing to sum.
    [Theory]
    [InlineData(1, 1, 1), InlineData(13, 9, 5), InlineData(300, 3, 70), InlineData(40, 200, 1500), InlineData(7, 0, 70)]
    public void By_a_product_it_changes_part_by_part_as_by_the_whole(int rows, int inner, int columns)
    {
        ChangesAsByTheWhole<double>(rows, inner, columns, unit: 1.2e-16);
        ChangesAsByTheWhole<float>(rows, inner, columns, unit: 6e-8);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_changes_when_all_that_looks_at_it_has_seen_it(string where)
    {
        var (expressions, updated) = Programs[where];
        var results = Fusion.Fuse(expressions);
        var (updating, still) = (Blocks(), Blocks());
        AdamEpilogue<double> Update(Variable parameter) =>
            new(parameter, new(parameter.Name, 3, 3), updating[parameter], Zeros(), Zeros()) { Adam = Adam<double>() };
        var program = Program<double>.Compile(
            [.. results.Zip(updated, (x, parameter) => new Output<double>(x, Update: parameter is null ? null : Update(parameter)))],
            Nothing, variable => updating[variable]);
        var expected = Program<double>.Compile([.. results.Select(x => new Output<double>(x))], Nothing, variable => still[variable]);
        program.Run();
        expected.Run();
        for (var k = 0; k < results.Length; k++)
        {
            if (updated[k] is not { } parameter) Assert.True(Same(expected.Results[k], program.Results[k]), $"result {k} is another");
            else
            {
                Adam<double>().Update(3, 3, still[parameter], Zeros(), Zeros(), expected.Results[k]);
                Assert.True(Same(still[parameter], updating[parameter]), $"{parameter.Name} is another");
            }
        }
    }

    private static BatchLayout Nothing => new(documents: 1, positions: 1);

    private static MatrixBuffer<double> Zeros() => MatrixBuffer<double>.Allocate(3, 3);

    private static AdamKernel<T> Adam<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(step: 2, learningRate: 0.1);

    private static bool Same(MatrixBuffer<double> a, MatrixBuffer<double> b) => Enumerable.Range(0, 3).All(i => a.Row(i)[..3].SequenceEqual(b.Row(i)[..3]));

    private static Dictionary<Variable, MatrixBuffer<double>> Blocks() =>
        new[] { X, Y, V, W }.Select((variable, k) => (variable, k)).ToDictionary(x => x.variable, x => Filled<double>(3, 3, x.k));

    private static MatrixBuffer<T> Filled<T>(int rows, int columns, int k, int least = -128) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var block = MatrixBuffer<T>.Allocate(rows, columns);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                block.At(i, j) = T.CreateTruncating(((i * 37 + j * 101 + k * 59) % 257 + least) / 64.0);
        return block;
    }

    // Numbers whose products and sums are exact in either precision, so that parts and whole are one gradient to the bit; only the squares
    // are summed in another order, and every sum is off by half a unit in the last place at most.
    private static void ChangesAsByTheWhole<T>(int rows, int inner, int columns, double unit) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, y, gradient, place) = (Filled<T>(inner, rows, 0), Filled<T>(inner, columns, 1), MatrixBuffer<T>.Allocate(rows, columns), MatrixBuffer<T>.Allocate(rows, columns));
        MatrixBuffer<T>[] Matrices() => [Filled<T>(rows, columns, 2), Filled<T>(rows, columns, 3), Filled<T>(rows, columns, 4, least: 0)];
        MatrixBuffer<T>[] part = Matrices(), whole = Matrices();
        var update = new AdamEpilogue<T>(W, new("w", rows, columns), part[0], part[1], part[2]) { Adam = Adam<T>() };
        update.ApplyProduct(inner, x, y, place, next: MatrixBuffer<T>.Allocate(1, 1));
        MatMul.TransposeTimes(rows, inner, columns, x, y, gradient);
        var norm = Math.Sqrt(double.CreateTruncating(Adam<T>().Update(rows, columns, whole[0], whole[1], whole[2], gradient)));
        Assert.Equal(norm, update.Norm, norm * rows * columns * unit);
        for (var k = 0; k < 3; k++)
            for (var i = 0; i < rows; i++)
                Assert.True(whole[k].Row(i)[..columns].SequenceEqual(part[k].Row(i)[..columns]), $"{typeof(T).Name}: row {i} of {"pmv"[k]} is another");
    }
}
