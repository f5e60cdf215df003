using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>The reader of a product that is made slice by slice computes the same numbers as from the whole product.</summary>
public class SlicedKernelFacts
{
    // Sizes below, at and beyond one slice; columns for which a slice has the fewest rows; and an inner size of 0.
    [Theory]
    [InlineData(1, 1, 1), InlineData(13, 9, 5), InlineData(300, 3, 70), InlineData(40, 200, 1500), InlineData(7, 0, 70)]
    public void An_update_follows_each_slice_of_its_gradient(int rows, int inner, int columns)
    {
        UpdatesAsTheWholeGradient<double>(rows, inner, columns, unit: 1.2e-16);
        UpdatesAsTheWholeGradient<float>(rows, inner, columns, unit: 6e-8);
    }

    // A thread that shares nothing would only spin at barriers.
    [Theory]
    [InlineData(16, 7, 16, false), InlineData(600, 1, 8, false), InlineData(600, 256, 600, true)]
    public void A_product_is_shared_if_it_has_enough_work_for_two_threads(int rows, int inner, int columns, bool isShared)
    {
        Variable x = new("x", new(inner, rows)), y = new("y", new(inner, columns));
        Variable[] matrices = [.. "pmv".Select(name => new Variable($"{name}", new(rows, columns)))];
        var scalar = Expr.Constant(0.5);
        var updated = new Application(
            new AdamUpdate(0.85, 0.99, 1e-8), matrices[0], x.TransposeTimes(y), matrices[1], matrices[2], scalar, scalar, scalar);
        var program = Program<float>.Compile(
            [new(updated)], new(documents: 1, positions: 1),
            variable => MatrixBuffer<float>.Allocate(variable.Shape.Rows.IfFixed!.Value, variable.Shape.Columns), team: new(Threads: 2));
        Assert.Equal(isShared, program.IsShared);
    }

    // The products and sums of the entries are exact in either precision, so both ways to update have the same bits. Only the squares of
    // the norm are summed in another order. Each addition rounds by half a unit in the last place at most.
    private static void UpdatesAsTheWholeGradient<T>(int rows, int inner, int columns, double unit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable x = new("x", new(inner, rows)), y = new("y", new(inner, columns));
        Variable[] matrices = [.. "pmv".Select(name => new Variable($"{name}", new(rows, columns)))];
        var g = x.TransposeTimes(y);
        ImmutableArray<Expr> arguments =
            [matrices[0], g, matrices[1], matrices[2], Expr.Constant(0.1), Expr.Constant(0.25), Expr.Constant(0.125)];
        Application[] results = [.. Enumerable.Range(0, 4).Select(result =>
            new Application(new AdamUpdate(0.85, 0.99, 1e-8) { Result = result }, arguments))];
        var (sliced, whole, shared) = (Buffers(), Buffers(), Buffers());
        var (squares, name) = Run([new(results[3]), .. matrices.Select((matrix, k) => new Output(results[k], matrix))], sliced);
        var (squaresOfTeam, _) = Run(
            [new(results[3]), .. matrices.Select((matrix, k) => new Output(results[k], matrix))], shared, new(Threads: 3, LeastWork: 0));
        var (expected, _) = Run([new(results[3]), .. matrices.Select((matrix, k) => new Output(results[k], matrix)), new(g)], whole);

        Assert.Equal("xᵀ·y, adam", name);
        Assert.Equal(expected, squares, expected * rows * columns * unit);
        Assert.Equal(squares, squaresOfTeam);
        foreach (var matrix in matrices)
            for (var i = 0; i < rows; i++)
                foreach (var buffers in (Dictionary<Variable, MatrixBuffer<T>>[])[sliced, shared])
                {
                    var same = whole[matrix].Row(i)[..columns].SequenceEqual(buffers[matrix].Row(i)[..columns]);
                    Assert.True(same, $"{typeof(T).Name}: row {i} of {matrix.Name} differs");
                }

        static Dictionary<Variable, MatrixBuffer<T>> Buffers() => [];
    }

    private static (double Squares, string Name) Run<T>(
        Output[] outputs, Dictionary<Variable, MatrixBuffer<T>> buffers, Team team = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var program = Program<T>.Compile([.. outputs], new(documents: 1, positions: 1), Filled, team: team);
        if (team.Threads > 1) SpinBarrier.Run(team.Threads, (thread, barrier) => program.Run(thread, barrier.SignalAndWait));
        else program.Run();
        return (double.CreateTruncating(program.Results[0].At(0)), program.Kernels[^1].Name);

        MatrixBuffer<T> Filled(Variable variable)
        {
            var (rows, columns) = (variable.Shape.Rows.IfFixed!.Value, variable.Shape.Columns);
            var (buffer, least) = (MatrixBuffer<T>.Allocate(rows, columns), variable.Name == "v" ? 0 : -128);
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++)
                    buffer.At(i, j) = T.CreateTruncating(((i * 37 + j * 101 + variable.Name[0] * 59) % 257 + least) / 64.0);
            return buffers[variable] = buffer;
        }
    }
}
