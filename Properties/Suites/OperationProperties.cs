using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Every operation of the scalar table, and every one derived from it.</summary>
public class OperationProperties
{
    [Law(4000)]
    public Property Partials_are_complex_step(OneOperation op) =>
        DerivativeLaws.Agrees(op.Formula, Gradients.ByReverseMode, Oracles.ByComplexStep, DerivativeLaws.RoundingOf(op.Formula));

    [Law(4000)]
    public Property Partials_are_forward_mode(OneOperation op) =>
        DerivativeLaws.Agrees(op.Formula, Gradients.ByReverseMode, Oracles.ByForwardMode, DerivativeLaws.RoundingOf(op.Formula));

    [Law(2000)]
    public Property Partials_are_finite_differences(OneOperation op, Direction v) =>
        DerivativeLaws.AgreesWithFiniteDifferences(op.Formula, Gradients.ByReverseMode, v);

    [Law(2000)]
    public Property Every_kind_of_number_has_the_same_value(OneOperation op) => OperationLaws.HasOneValue(op.Formula);

    [Law(2000)]
    public Property A_cotangent_scales_exactly(OneTableOperation op, double c) => OperationLaws.ScalesWithItsCotangent(op.Formula, c);

    [Law(500)]
    public Property A_zero_cotangent_gives_zero(OneTableOperation op) => OperationLaws.ScalesWithItsCotangent(op.Formula, 0);

    [Fact]
    public void Every_operation_of_Core_is_in_the_table_of_functions()
    {
        var operations =
            from type in typeof(Real).Assembly.GetTypes()
            where type.IsValueType && (type.IsAssignableTo(typeof(IUnaryOp)) || type.IsAssignableTo(typeof(IBinaryOp)))
            select type;
        var listed = Functions.Table.Select(function => function.GetType().GetGenericArguments()[0]).Distinct();
        Assert.Equal(operations.OrderBy(type => type.Name), listed.OrderBy(type => type.Name));
    }
}
