using System.Collections.Immutable;
using MicroGpt.Compilation;
using MicroGpt.Properties;

namespace MicroGpt.Onnx;

/// <summary>ONNX Runtime obeys the laws of every backend, in both precisions.</summary>
public class OnnxRuntimeProperties : BackendProperties
{
    protected override ImmutableArray<Backend> Table => OnnxRuntimeBackend.All;
}
