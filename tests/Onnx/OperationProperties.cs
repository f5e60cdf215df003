using FsCheck;
using MicroGpt.Export;
using MicroGpt.Properties;

namespace MicroGpt.Onnx;

/// <summary>Each operation alone, and expressions of several, evaluated by ONNX Runtime as by Core's plain loops.</summary>
public class OperationProperties
{
    [Law(1500, Arbitrary = [typeof(Arbitraries), typeof(ExportArbitraries)])]
    public Property An_operation_has_its_value_in_double_precision(ExportedStructure s, Direction numbers) =>
        HasItsValue(s, numbers, OnnxType.Double);

    [Law(500, Arbitrary = [typeof(Arbitraries), typeof(ExportArbitraries)])]
    public Property An_operation_has_its_value_in_single_precision(ExportedStructure s, Direction numbers) =>
        HasItsValue(s, numbers, OnnxType.Single);

    private static Property HasItsValue(ExportedStructure s, Direction numbers, OnnxType type) =>
        ExportLaws.HasItsValue(s.Entry.Of(s.Shapes), s.Batch, numbers, type);
}
