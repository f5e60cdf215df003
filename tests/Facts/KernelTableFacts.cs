using System.Collections.Immutable;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Properties;

namespace MicroGpt.Facts;

/// <summary>Each operation of Core is in the tables that it needs. A failure names the missing ones.</summary>
public class KernelTableFacts
{
    private static readonly BatchCase Sample =
        new(Lengths: [2, 1], Position: 0, new Heads(2, 2), HeadSize: 2, Vocabulary: 3, Draws: [0, 1, 2]);

    private static readonly ImmutableArray<CatalogueEntry> Fused = Catalogue.Fused(Sample);

    private static readonly ImmutableArray<Type> Operations =
        [.. typeof(Operation).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Operation)) && !type.IsAbstract)];

    private static readonly ImmutableArray<Type> FusedOperations = [.. Operations.Where(type => type.IsAssignableTo(typeof(Fused)))];

    [Fact]
    public void Each_operation_has_a_row_in_the_kernel_table() => NoneIsMissing(Operations,
        Catalogue.All(Sample).Where(entry => KernelTable.Row<float>(entry.Operation) is not null).Select(entry => entry.Operation));

    [Fact]
    public void Each_fused_operation_has_a_pattern_that_finds_its_definition()
    {
        var found = from entry in Fused
                    let x = Arguments(entry)
                    where Fusion.Fuse(((Fused)entry.Operation).Definition([.. x]))[0]
                is Application { Operation: var operation, Arguments: var arguments }
                        && operation == entry.Operation && arguments.SequenceEqual(x)
                    select entry.Operation;
        Assert.Empty(Fused.Select(entry => entry.Operation.Name).Except(found.Select(operation => operation.Name)));
        NoneIsMissing([.. FusedOperations.Where(type => !type.IsAssignableTo(typeof(FusedFamily)))], found);
    }

    [Fact]
    public void Each_fused_operation_is_drawn_by_the_law_that_a_program_evaluates_definitions() => NoneIsMissing(FusedOperations,
        MatrixFormulas.Any.Generator.Sample(500)
            .SelectMany(m => PostOrder<Expr>.Of(m.Body).Nodes.OfType<Application>()).Select(node => node.Operation));

    [Fact]
    public void Each_fused_operation_has_a_row_in_the_facts_of_kernels() => NoneIsMissing(FusedOperations,
        KernelFacts.Operations.Values.Select(expression => expression(4)).OfType<Application>().Select(node => node.Operation));

    [Fact]
    public void A_kernel_is_not_bound_to_buffers_of_other_shapes()
    {
        var (layout, panel) = (new BatchLayout(documents: 1, positions: 8), new Lazy<MatrixBuffer<float>>(MatMul.AllocatePanel<float>));
        var node = new Application(new RmsNorm(), new Variable("x", new(Extent.Positions, 20)));
        Bind(MatrixBuffer<float>.Allocate(8, 20), MatrixBuffer<float>.Allocate(8, 20));
        Assert.StartsWith("rmsnorm: the result is [positions, 20]",
            Assert.Throws<ArgumentException>(() => Bind(MatrixBuffer<float>.Allocate(8, 20), MatrixBuffer<float>.Allocate(7, 20))).Message);
        Assert.StartsWith("rmsnorm: argument 0 is [positions, 20]",
            Assert.Throws<ArgumentException>(() => Bind(MatrixBuffer<float>.Allocate(8, 16), MatrixBuffer<float>.Allocate(8, 20))).Message);
        Assert.Equal("rmsnorm: 0 buffers for 1 argument(s).",
            Assert.Throws<ArgumentException>(() =>
                KernelTable.Bind<float>(new([node], layout, [], [MatrixBuffer<float>.Allocate(8, 20)], panel))).Message);

        void Bind(MatrixBuffer<float> x, MatrixBuffer<float> z) => KernelTable.Bind<float>(new([node], layout, [x], [z], panel));
    }

    [Fact]
    public void An_append_over_its_argument_changes_no_other_row()
    {
        var (layout, rows) = (new BatchLayout(documents: 1, positions: 1), new Indices("rows"));
        var node = new Application(new Append(rows), new Variable("x", new(4, 20)), new Variable("y", new(Extent.Positions, 20)));
        var (x, y) = (MatrixBuffer<float>.Allocate(4, 20), MatrixBuffer<float>.Allocate(1, 20));
        x.Rows(4).Fill(float.NaN);
        x.Row(2).Fill(0);
        y.Row(0).Fill(3);
        var kernel = KernelTable.Bind<float>(new([node], layout, [x, y], [x], new(MatMul.AllocatePanel<float>)));
        layout.Load(Inputs.Of(Packing.At(2)).With(rows, [2]));
        kernel.Run();
        Assert.Equal([float.NaN, float.NaN, 3, float.NaN], Enumerable.Range(0, 4).Select(i => x.At(i, 19)));
    }

    public static TheoryData<string, Packing, Func<Expr>> AttentionOutsideItsMatrices => new()
    {
        { "Position 3 lies outside a block of 3.", Packing.Of(1, 4), () => Rows(4).Scores(Rows(4), Heads) },
        { "Position 3 lies outside a block of 3.", Packing.Of(4), () => Rows(6).Mix(Rows(4), Heads) },
        { "Position 3 lies outside a block of 3.", Packing.At(3), () => Rows(6).Spread(Rows(4), Heads, 3) },
        { "1 rows of keys or values do not reach to row 2.", Packing.At(2), () => Rows(4).Scores(Rows(4), Heads) },
        { "3 rows of keys or values do not reach to row 3.", Packing.Of(2, 2), () => Rows(6).Spread(Rows(4), Heads, 3) },
    };

    [Theory, MemberData(nameof(AttentionOutsideItsMatrices), DisableDiscoveryEnumeration = true)]
    public void Attention_to_rows_outside_its_matrices_is_refused(string message, Packing packing, Func<Expr> expression)
    {
        var attention = expression();
        var environment = PostOrder<Expr>.Of(attention).Nodes.OfType<Variable>().Aggregate(
            Environment<Real>.Of(Inputs.Of(packing)),
            (bound, x) => bound.With(x, Matrix<Real>.Of(packing.Positions, x.Shape.Columns, (_, _) => new(1))));
        var compiled = CompiledEvaluation.Compile<float>([attention], documents: 2, positions: 6);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => compiled(environment)).Message);
    }

    private static readonly Heads Heads = new(Count: 2, BlockSize: 3);

    private static Expr Rows(int columns) => new Variable("x", new(Extent.Positions, columns));

    private static ImmutableArray<Expr> Arguments(CatalogueEntry entry) => Catalogue
        .Fitting(Sample.Shapes, shape => shape, entry.Arity, shapes =>
            entry.Operation.Fits(shapes, Sample) && shapes.All(shape => shape.Columns > 1 || shapes.Length > 1))
        .Select(shapes => entry.Of(shapes).Arguments).Last();

    private static void NoneIsMissing(ImmutableArray<Type> expected, IEnumerable<Operation> found)
    {
        var types = found.Select(operation => operation.GetType())
            .Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        Assert.Empty(expected.Where(type => !types.Contains(type)).Select(type => type.Name));
    }
}
