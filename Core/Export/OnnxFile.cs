using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MicroGpt.Export;

/// <summary>An ONNX file: a message of Protocol Buffers. The numbers of its fields are those of ONNX's schema, onnx.proto.</summary>
public static class OnnxFile
{
    // Version 8 of the format is the first that allows operator set 17.
    private const int FormatVersion = 8;

    // The types of attributes, by ONNX's numbers.
    private const int WholeType = 2, TextType = 3, WholesType = 7;

    /// <summary>The bytes of a file with this graph, a name for it, and metadata.</summary>
    public static ImmutableArray<byte> Write(string name, OnnxGraph graph, params IEnumerable<(string Name, string Text)> metadata) =>
        ImmutableCollectionsMarshal.AsImmutableArray(Protobuf.Message(
        [
            Protobuf.Whole(1, FormatVersion),
            Protobuf.Text(2, "microgpt"),
            Protobuf.Bytes(7, Graph(name, graph)),
            Protobuf.Bytes(8, Protobuf.Message(Protobuf.Text(1, ""), Protobuf.Whole(2, OnnxOperators.Version))),
            .. metadata.Select(entry => Protobuf.Bytes(14, Protobuf.Message(Protobuf.Text(1, entry.Name), Protobuf.Text(2, entry.Text)))),
        ]));

    // The results of nodes are numbered, but for the outputs. Names of several levels, each once for its node and once for each of its
    // uses, would double the file.
    private static byte[] Graph(string name, OnnxGraph graph)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet();
        var results = graph.Nodes.Where(node => !outputs.Contains(node.Name)).Index()
            .ToDictionary(node => node.Item.Name, node => node.Index.ToString(CultureInfo.InvariantCulture));
        return Protobuf.Message(
        [
            .. graph.Nodes.Select(node => Protobuf.Bytes(1, Node(node, value => results.GetValueOrDefault(value, value)))),
            Protobuf.Text(2, name),
            .. graph.Tensors.Select(tensor => Protobuf.Bytes(5, Tensor(tensor.Name, tensor.Tensor))),
            .. graph.Inputs.Select(input => Protobuf.Bytes(11, Value(input.Name, input.Type, input.Axes))),
            .. graph.Outputs.Select(output => Protobuf.Bytes(12, Value(output.Name, output.Type, output.Axes))),
        ]);
    }

    private static byte[] Node(OnnxNode node, Func<string, string> nameOf) => Protobuf.Message(
    [
        .. node.Arguments.Select(argument => Protobuf.Text(1, nameOf(argument))),
        Protobuf.Text(2, nameOf(node.Name)),
        Protobuf.Text(3, node.Name),
        Protobuf.Text(4, node.Operator),
        .. node.Attributes.Select(attribute => Protobuf.Bytes(5, Attribute(attribute))),
    ]);

    private static byte[] Attribute(OnnxAttribute attribute) => Protobuf.Message(
    [
        Protobuf.Text(1, attribute.Name),
        .. attribute switch
        {
            { Text: not "" } => [Protobuf.Text(4, attribute.Text), Protobuf.Whole(20, TextType)],
            { IsList: true } => [.. attribute.Numbers.Select(number => Protobuf.Whole(8, number)), Protobuf.Whole(20, WholesType)],
            _ => (byte[][])[Protobuf.Whole(3, attribute.Numbers[0]), Protobuf.Whole(20, WholeType)],
        },
    ]);

    private static byte[] Tensor(string name, OnnxTensor tensor) => Protobuf.Message(
    [
        .. tensor.Shape.Select(length => Protobuf.Whole(1, length)),
        Protobuf.Whole(2, (int)tensor.Type),
        Protobuf.Text(8, name),
        Protobuf.Bytes(9, tensor.Bytes.AsSpan()),
    ]);

    // The name, type and axes of an input or output. An axis whose length is not a number has a name.
    private static byte[] Value(string name, OnnxType type, ImmutableArray<string> axes)
    {
        var shape = Protobuf.Message(axes.Select(axis => Protobuf.Bytes(1,
            long.TryParse(axis, CultureInfo.InvariantCulture, out var length) ? Protobuf.Whole(1, length) : Protobuf.Text(2, axis))));
        var tensor = Protobuf.Message(Protobuf.Whole(1, (int)type), Protobuf.Bytes(2, shape));
        return Protobuf.Message(Protobuf.Text(1, name), Protobuf.Bytes(2, Protobuf.Bytes(1, tensor)));
    }
}
