using System.Collections.Immutable;
using MicroGpt.Export;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>Plausible bugs of the export, each of which a law refutes.</summary>
public class MutantFacts
{
    private const int Cases = 200;

    /// <summary>Bugs that change what a model computes.</summary>
    public static TheoryData<string> OfModels => [.. Models.Keys];

    /// <summary>Bugs that no model shows, because its attention weights are 0 where they are hidden.</summary>
    public static TheoryData<string> OfOperations => [.. Operations.Keys];

    private static readonly ImmutableDictionary<string, Func<OnnxNode, OnnxNode>> Models =
        ImmutableDictionary<string, Func<OnnxNode, OnnxNode>>.Empty
            .Add("a position does not see itself", node => Renamed(node, "LessOrEqual", "Less"))
            .Add("rows of the same token replace each other", node => Without(node, "reduction"))
            .Add("keys are not transposed", node => Reordered(node, [0, 2, 3, 1], [0, 2, 1, 3]))
            .Add("weights are not transposed", node => Reordered(node, [1, 0], [0, 1]))
            .Add("a document starts where it ends", node => Without(node, "exclusive"))
            .Add("a mean is a sum", node => Renamed(node, "Reciprocal", "Identity"))
            .Add("the step of relu is 1 below 0", node => Renamed(node, "Greater", "Less"));

    private static readonly ImmutableDictionary<string, Func<OnnxNode, OnnxNode>> Operations =
        ImmutableDictionary<string, Func<OnnxNode, OnnxNode>>.Empty
            .Add("hidden entries stay", node => node.Operator == "Where" ? new("Identity", [node.Arguments[1]], node.Name, []) : node);

    [Theory, MemberData(nameof(OfModels))]
    public void A_wrong_graph_of_a_model_is_refuted(string bug) => Assert.NotNull(Refutation.Of(
        Properties.Models.Small,
        model => EquivalenceLaws.IsRightToItsPrecision(model, Mutant(Models[bug]), Tolerance.OfDouble),
        Cases));

    [Fact]
    public void Steps_of_Adam_without_the_root_are_refuted() => Assert.NotNull(Refutation.Of(
        Properties.Models.Small,
        model => TrainingProperties.AreRight(model, new Adam(), new(Precision.Double)
        {
            Change = graph => Mutate(graph, node => node.Name.StartsWith("optimizer/") && node.Operator == "Pow"
                ? new("Identity", [node.Arguments[0]], node.Name, []) : node),
        }),
        cases: 10));

    [Theory, MemberData(nameof(OfOperations))]
    public void A_wrong_graph_of_an_operation_is_refuted(string bug) => Assert.All(
        (Type[])[typeof(MicroGpt.Model.Mix), typeof(MicroGpt.Model.Spread), typeof(MicroGpt.Model.Scores)],
        operation => Assert.NotNull(Refutation.Of(
            ExportArbitraries.Of(operation),
            s => ExportLaws.HasItsValue(s.Entry.Of(s.Shapes), s.Batch, new([1, 2, 3]), OnnxType.Double,
                graph => Mutate(graph, Operations[bug])),
            Cases)));

    private static EngineOf Mutant(Func<OnnxNode, OnnxNode> change) => model =>
        new OnnxRuntimeBackend(Precision.Double) { Change = graph => Mutate(graph, change) }.CreateEngine(model, documents: 3);

    private static OnnxGraph Mutate(OnnxGraph graph, Func<OnnxNode, OnnxNode> change) => graph.With([.. graph.Nodes.Select(change)]);

    private static OnnxNode Renamed(OnnxNode node, string right, string wrong) =>
        node.Operator == right ? new(wrong, node.Arguments, node.Name, node.Attributes) : node;

    private static OnnxNode Without(OnnxNode node, string attribute) =>
        new(node.Operator, node.Arguments, node.Name, node.Attributes.RemoveAll(each => each.Name == attribute));

    private static OnnxNode Reordered(OnnxNode node, ImmutableArray<long> right, ImmutableArray<long> wrong) =>
        node.Attributes is [{ Name: "perm", Numbers: var order }] && order.SequenceEqual(right)
            ? new(node.Operator, node.Arguments, node.Name, [OnnxAttribute.Of("perm", wrong)]) : node;
}
