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
    private static readonly BatchCase Sample = new(Lengths: [2, 1], Past: 0, new Heads(2, 2), HeadSize: 2, Vocabulary: 3, Draws: [0, 1, 2]);

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
        NoneIsMissing(FusedOperations, found);
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
        var (layout, panel) = (new BatchLayout(documents: 1, positions: 8), MatMul.AllocatePanel<float>());
        var node = new Application(new RmsNorm(), new Variable("x", new(Extent.Positions, 20)));
        Bind(MatrixBuffer<float>.Allocate(8, 20), MatrixBuffer<float>.Allocate(8, 20));
        Assert.StartsWith("rmsnorm: the result is [positions, 20]",
            Assert.Throws<ArgumentException>(() => Bind(MatrixBuffer<float>.Allocate(8, 20), MatrixBuffer<float>.Allocate(7, 20))).Message);
        Assert.StartsWith("rmsnorm: argument 0 is [positions, 20]",
            Assert.Throws<ArgumentException>(() => Bind(MatrixBuffer<float>.Allocate(8, 16), MatrixBuffer<float>.Allocate(8, 20))).Message);
        Assert.Equal("rmsnorm: 0 buffers for 1 argument(s).",
            Assert.Throws<ArgumentException>(() =>
                KernelTable.Bind<float>(new(node, layout, [], MatrixBuffer<float>.Allocate(8, 20), panel, null))).Message);

        void Bind(MatrixBuffer<float> x, MatrixBuffer<float> z) => KernelTable.Bind<float>(new(node, layout, [x], z, panel, null));
    }

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
