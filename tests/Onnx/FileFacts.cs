using System.Buffers.Binary;
using MicroGpt.Export;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Training;
using Onnx;

namespace MicroGpt.Onnx;

/// <summary>The bytes of a file, as the classes that are generated from ONNX's schema parse them.</summary>
public class FileFacts
{
    private static readonly GptCase Model = new(Models.Configuration(4, 2, 2, 3, 4), [[3, 0, 1, 3]], seed: 1, scale: 1);

    private static readonly OnnxGraph Graph = Export(Model.Parameters).Gradient().OrThrow();

    private static readonly ModelProto File = ModelProto.Parser.ParseFrom(
        OnnxFile.Write("gradient", Graph, ("alphabet", "añ語"), ("empty", "")).ToArray());

    // The results of nodes are numbered in the file.
    private static readonly Dictionary<string, string> NodeOf =
        File.Graph.Node.ToDictionary(node => node.Output.Single(), node => node.Name);

    [Fact]
    public void Version_operator_set_and_metadata_are_read()
    {
        Assert.Equal((8, "microgpt", "gradient"), (File.IrVersion, File.ProducerName, File.Graph.Name));
        Assert.Equal(("", 17), Assert.Single(File.OpsetImport) is var set ? (set.Domain, set.Version) : default);
        Assert.Equal([("alphabet", "añ語"), ("empty", "")], File.MetadataProps.Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public void Nodes_are_read_with_their_attributes() => Assert.Equal(
        Graph.Nodes.Select(node => $"{node}"),
        File.Graph.Node.Select(node =>
            $"{node.Name} = {node.OpType}({string.Join(", ", node.Input.Select(value => NodeOf.GetValueOrDefault(value, value)))})"
            + string.Concat(node.Attribute.Select(attribute => $" {attribute.Name} = "
                + (attribute.Type == AttributeProto.Types.AttributeType.String ? attribute.S.ToStringUtf8()
                    : attribute.Type == AttributeProto.Types.AttributeType.Int ? $"{attribute.I}" : string.Join(", ", attribute.Ints))))));

    [Fact]
    public void Parameters_are_read()
    {
        var tensors = File.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        Assert.All(Model.Gpt.Model.Variables.Zip(Model.Parameters.Matrices(x => x), (variable, matrix) => (variable, matrix)), pair =>
        {
            var tensor = tensors[pair.variable.Name];
            Assert.Equal([pair.matrix.Rows, pair.matrix.Columns], tensor.Dims);
            Assert.Equal((int)OnnxType.Double, tensor.DataType);
            Assert.Equal(
                pair.matrix.Entries,
                tensor.RawData.ToByteArray().Chunk(8).Select(bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes)));
        });
    }

    [Fact]
    public void Inputs_and_outputs_are_read_with_named_axes()
    {
        Assert.Equal(["tokens [positions]", "targets [positions]", "lengths [documents]"], File.Graph.Input.Select(Describe));
        Assert.Equal(
            [
                "loss [1, 1]",
                .. Model.Configuration.Table.Definitions.Select(matrix => $"gradient.{matrix.Name} [{matrix.Rows}, {matrix.Columns}]"),
            ],
            File.Graph.Output.Select(Describe));

        static string Describe(ValueInfoProto value) => $"{value.Name} [{string.Join(", ", value.Type.TensorType.Shape.Dim.Select(axis =>
            axis.DimParam != "" ? axis.DimParam : $"{axis.DimValue}"))}]";
    }

    [Fact]
    public void Names_of_nodes_fold_by_layer()
    {
        string[] parts = ["embedding", "layer0/attention", "layer0/mlp", "layer1/attention", "layer1/mlp", "logits", "loss"];
        Assert.Superset(
            parts.Take(6).SelectMany(part => (string[])[part, $"backward/{part}"]).ToHashSet(),
            Graph.Nodes.Select(node => node.Name[..Math.Max(0, node.Name.LastIndexOf('/'))]).ToHashSet());
        Assert.Equal(
            ["optimizer/layer0/attn_wq"],
            Export(LanguageExt.Option<Parameters>.None).Training(new Adam()).OrThrow().Nodes
                .Select(node => node.Name[..Math.Max(0, node.Name.LastIndexOf('/'))])
                .Where(scope => scope.StartsWith("optimizer") && scope.EndsWith("layer0/attn_wq")).Distinct());
    }

    private static ModelExport Export(LanguageExt.Option<Parameters> parameters) =>
        new(Model.Gpt.Model, OnnxType.Double, parameters, Model.Gpt.Stream);
}
