using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>A program that overwrites variables has the results of one that does not, in the variables.</summary>
public class OverwritingFacts
{
    private static readonly Shape Square = new(3, 3);
    private static readonly Variable X = new("x", Square), Y = new("y", Square), V = new("v", Square), W = new("w", Square);
    private static readonly Expr P = Y * X, Q = Y + X;

    /// <summary>Programs by the use of a variable that is overwritten, and the number of copies that each needs.</summary>
    private static readonly ImmutableDictionary<string, (ImmutableArray<Output> Outputs, int Copies)> Programs =
        new Dictionary<string, (ImmutableArray<Output>, int)>
        {
            ["a later node uses the variable"] = ([new(X.Times(W)), new(P.TransposeTimes(Q), W)], 0),
            ["an earlier node uses the variable"] = ([new(P.TransposeTimes(Q), W), new(X.Times(W))], 0),
            ["its new value uses the variable entry by entry"] = ([new(P + W, W), new(X.Times(W))], 0),
            ["its new value uses the whole variable"] = ([new(P.TransposeTimes(W), W), new(X.Times(W))], 1),
            ["another node uses its new value"] = ([new(P + W, W), new((P + W).Exp() * X)], 0),
            ["another node uses its old and its new value"] = ([new(P + W, W), new((P + W).Exp() * W)], 1),
            ["each new value uses the other variable"] = ([new(P.TransposeTimes(W), V), new(P.TransposeTimes(V), W)], 1),
            ["two variables get one value"] = ([new(P.TransposeTimes(Q), V), new(P.TransposeTimes(Q), W), new(V.Times(W))], 1),
            ["a variable gets the old value of another"] = ([new(W, V), new(P + W, W)], 1),
            ["two variables change places"] = ([new(W, V), new(V, W)], 3),
            ["a variable keeps its value"] = ([new(W, W), new(X.Times(W))], 0),
            ["a variable gets a constant"] = ([new(new Constant(0.5, Square), W), new(X.Times(W))], 1),
            ["an output is the old value"] = ([new(W), new(P + W, W)], 1),
        }.ToImmutableDictionary();

    public static TheoryData<string> Names => [.. Programs.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_variable_is_overwritten_after_its_last_use(string use)
    {
        var (outputs, copies) = Programs[use];
        var simplified = Simplification.Simplify([.. outputs.Select(output => output.Expression)]);
        outputs = [.. outputs.Zip(simplified, (output, x) => output with { Expression = x })];
        var (overwritten, kept) = (Buffers(), Buffers());
        var program = Program<double>.Compile(outputs, new(documents: 1, positions: 1), variable => overwritten[variable]);
        var expected = Program<double>.Compile(
            [.. outputs.Select(output => output with { Overwrites = null })], new(documents: 1, positions: 1), variable => kept[variable]);
        program.Run();
        expected.Run();
        Assert.Equal(copies, program.Kernels.Count(kernel => kernel.Name == "copy"));
        for (var k = 0; k < outputs.Length; k++)
        {
            var found = outputs[k].Overwrites is { } variable ? overwritten[variable] : program.Results[k];
            Assert.True(expected.Results[k].ToMatrix(3, 3).Entries.SequenceEqual(found.ToMatrix(3, 3).Entries), $"output {k} differs");
        }
    }

    [Fact]
    public void An_output_overwrites_a_variable_of_its_shape_only() => Assert.Throws<ShapeException>(() =>
        Program<double>.Plan([new(X.SumGroups(1), W)], new(documents: 1, positions: 1)));

    private static Dictionary<Variable, MatrixBuffer<double>> Buffers()
    {
        var buffers = new Dictionary<Variable, MatrixBuffer<double>>();
        foreach (var (k, variable) in new[] { X, Y, V, W }.Index())
        {
            buffers.Add(variable, MatrixBuffer<double>.Allocate(3, 3));
            buffers[variable].Load(3, [.. Enumerable.Range(0, 9).Select(i => (i * 37 + k * 59) % 17 / 4.0 - 2)]);
        }
        return buffers;
    }
}
