using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Every operation on matrices, on packed documents and on one row after a past.</summary>
public class StructureProperties
{
    [Law(3000)]
    public Property Every_linear_operation_pulls_back_by_its_adjoint(LinearStructure s, Direction numbers) =>
        StructureLaws.PullsBackByItsAdjoint(s, numbers);

    [Trait("Speed", "Slow")]
    [Law(3000)]
    public Property Every_operation_pushes_forward_by_its_derivative(AnyStructure s, Direction numbers) =>
        StructureLaws.PushesForwardByItsDerivative(s, numbers);

    [Trait("Speed", "Slow")]
    [Law(3000)]
    public Property Every_operation_pulls_back_by_the_adjoint_of_its_derivative(AnyStructure s, Direction numbers) =>
        StructureLaws.PullsBackByTheAdjointOfItsDerivative(s, numbers);

    [Law(2000)]
    public Property Every_operation_makes_the_shape_it_infers(AnyStructure s, Direction numbers) =>
        StructureLaws.MakesTheShapeItInfers(s, numbers);

    [Trait("Speed", "Slow")]
    [Law(10)]
    public Property Every_operation_refuses_by_name(BatchCase batch) => StructureLaws.RefusesByName(batch, Catalogue.All);

    [Fact]
    public void Every_operation_is_in_the_catalogue()
    {
        var operations = typeof(Operation).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Operation)) && !type.IsAbstract);
        var batch = new BatchCase([2, 1], Position: 0, new(2, 3), HeadSize: 2, Vocabulary: 3, [0]);
        var listed = Catalogue.All(batch).Select(entry => entry.Operation.GetType());
        Assert.Empty(operations.Select(type => type.Name).Except(listed.Select(type => type.Name)));
    }

    [Fact]
    public void Every_operation_of_the_table_is_in_the_catalogue_entry_by_entry() => Assert.Equal(
        Functions.Table.Select(function => function.GetType().GetGenericArguments()[0].Name).Distinct().Order(),
        Catalogue.EntryByEntry.Select(entry => entry.Operation.GetType().GetGenericArguments()[0].Name).Distinct().Order());
}
