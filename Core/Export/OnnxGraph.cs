using System.Collections.Immutable;
using System.Globalization;
using MicroGpt.Autograd;

namespace MicroGpt.Export;

/// <summary>A node of an ONNX graph: an operator with the names of its arguments. Its result has the name of the node.</summary>
public sealed class OnnxNode(string operation, ImmutableArray<string> arguments, string name, ImmutableArray<OnnxAttribute> attributes)
{
    /// <summary>The name of the operator, such as MatMul.</summary>
    public string Operator { get; } = operation;

    /// <summary>The names of the arguments.</summary>
    public ImmutableArray<string> Arguments { get; } = arguments;

    /// <summary>The name of the node and of its result. Parts between slashes are levels that a viewer can fold.</summary>
    public string Name { get; } = name;

    /// <summary>The attributes of the operator.</summary>
    public ImmutableArray<OnnxAttribute> Attributes { get; } = attributes;

    public override string ToString() =>
        $"{Name} = {Operator}({string.Join(", ", Arguments)}){string.Concat(Attributes.Select(each => $" {each}"))}";
}

/// <summary>An output of a graph. Each axis is a number, or a name such as positions.</summary>
public sealed class OnnxOutput(string name, OnnxValue value, OnnxType type, params ImmutableArray<string> axes)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The value.</summary>
    public OnnxValue Value { get; } = value;

    /// <summary>The type of the entries.</summary>
    public OnnxType Type { get; } = type;

    /// <summary>The lengths of the axes.</summary>
    public ImmutableArray<string> Axes { get; } = axes;

    public override string ToString() => $"{Name} [{string.Join(", ", Axes)}]";
}

/// <summary>An ONNX graph whose values have names. A node comes after the nodes of its arguments.</summary>
public sealed class OnnxGraph
{
    private OnnxGraph(
        ImmutableArray<OnnxNode> nodes, ImmutableArray<(string Name, OnnxTensor Tensor)> tensors,
        ImmutableArray<OnnxInput> inputs, ImmutableArray<OnnxOutput> outputs) =>
        (Nodes, Tensors, Inputs, Outputs) = (nodes, tensors, inputs, outputs);

    /// <summary>The nodes.</summary>
    public ImmutableArray<OnnxNode> Nodes { get; }

    /// <summary>The tensors that the file holds, with their names.</summary>
    public ImmutableArray<(string Name, OnnxTensor Tensor)> Tensors { get; }

    /// <summary>The inputs, in the order in which they were given.</summary>
    public ImmutableArray<OnnxInput> Inputs { get; }

    /// <summary>The outputs.</summary>
    public ImmutableArray<OnnxOutput> Outputs { get; }

    /// <summary>
    /// The graph of some outputs. The name of a node begins with the first of the <paramref name="scopes"/> whose value needs the node.
    /// Nodes that compute the same become one.
    /// </summary>
    public static OnnxGraph Of(
        ImmutableArray<OnnxInput> inputs, ImmutableArray<OnnxOutput> outputs, ImmutableArray<(string Scope, OnnxValue Value)> scopes)
    {
        ImmutableArray<(string Scope, OnnxValue Value)> roots = [.. scopes, .. outputs.Select(output => ("", output.Value))];
        var order = PostOrder<OnnxValue>.Of([.. roots.Select(root => root.Value)]);
        var scopeOf = FirstRoot.Of(order);
        var nodes = ImmutableArray.CreateBuilder<OnnxNode>();
        var tensors = ImmutableArray.CreateBuilder<(string Name, OnnxTensor Tensor)>();
        var (names, known, counts) = (new string[order.Nodes.Length], new Dictionary<string, string>(), new Dictionary<string, int>());
        for (var i = 0; i < names.Length; i++)
        {
            ImmutableArray<string> arguments = [.. order.ParentsOf(i).Select(k => names[k])];
            names[i] = order.Nodes[i].Match(
                input => input.Name,
                tensor => Once(
                    tensor.Name ?? $"{tensor.Type} {tensor} {Convert.ToHexString(tensor.Bytes.AsSpan())}",
                    tensor.Name ?? "constant",
                    name => tensors.Add((name, tensor))),
                result => Once($"{result.Operator}({string.Join(", ", arguments)}) {string.Join("; ", result.Attributes)}",
                    Join(roots[scopeOf[i]].Scope, result.Operator),
                    name => nodes.Add(new(result.Operator, arguments, name, result.Attributes))));
        }
        foreach (var (k, output) in outputs.Index())
            nodes.Add(new("Identity", [names[order.Roots[scopes.Length + k]]], output.Name, []));
        return new(nodes.ToImmutable(), tensors.ToImmutable(), inputs, outputs);

        string Once(string content, string name, Action<string> add)
        {
            if (known.TryGetValue(content, out var other)) return other;
            var count = counts[name] = counts.GetValueOrDefault(name) + 1;
            var unique = count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{count}");
            add(unique);
            return known[content] = unique;
        }
    }

    /// <summary>This graph with other nodes.</summary>
    public OnnxGraph With(ImmutableArray<OnnxNode> nodes) => new(nodes, Tensors, Inputs, Outputs);

    public override string ToString() => $"{Nodes.Length} nodes from {string.Join(", ", Inputs)} to {string.Join(", ", Outputs)}";

    private static string Join(string scope, string name) => scope == "" ? name : $"{scope}/{name}";
}

/// <summary>The roots of a graph as an order: each node belongs to the first root that needs it.</summary>
internal static class FirstRoot
{
    /// <summary>For each node, the index of the first root that is the node or is made from it.</summary>
    public static ImmutableArray<int> Of<TNode>(PostOrder<TNode> order) where TNode : INode<TNode>
    {
        var first = ImmutableArray.CreateBuilder<int>(order.Nodes.Length);
        for (var root = 0; root < order.Roots.Length; root++)
            while (first.Count <= order.Roots[root]) first.Add(root);
        return first.MoveToImmutable();
    }
}
