using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices.JavaScript;
using System.Text.Json.Serialization;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Browser;

/// <summary>Some statistics of a matrix, and its first entries.</summary>
internal sealed record MatrixSummary(
    string Size, string Least, string Mean, string Largest, string Norm, ImmutableArray<ImmutableArray<string>> Entries);

/// <summary>A node, opened: its value and cotangent for a document, its derivative and its kernel.</summary>
internal sealed record OpenedNode(
    string Line, string Shape, string Part, ImmutableArray<int> Arguments, ImmutableArray<int> Users, MatrixSummary? Value,
    MatrixSummary? Cotangent, string Declaration, string Kernel);

/// <summary>The room in which the graph of a GPT is read.</summary>
internal static partial class Read
{
    private const int ShownRows = 4, ShownColumns = 6;

    private static Option<ReadGraph> read;

    /// <summary>The parts and nodes of a computation: loss, gradient, step or hvp; as written, or fused as the compiler does.</summary>
    [JSExport]
    internal static string Graph(string what, bool isFused) =>
        Answer.Of(GraphOf(what, isFused).Map(graph => graph.Summary), ReadJson.Default.GraphSummary);

    /// <summary>The picture of a part.</summary>
    [JSExport]
    internal static string Picture(string what, bool isFused, int part) => GraphOf(what, isFused).Match(
        Right: graph => graph.HasBoxes(part) ? graph.Diagram.BareSvg($"The part {graph.Diagram.Parts[part]}", part) : "",
        Left: _ => "");

    /// <summary>A node, with its value and its cotangent for a text.</summary>
    [JSExport]
    internal static string Node(string what, bool isFused, int number, string text) => Answer.Of(
        from graph in GraphOf(what, isFused)
        from document in graph.Checkpoint.Tokenizer.Document(text)
        select Open(graph, graph.Diagram.Nodes[number], document), ReadJson.Default.OpenedNode);

    // The graph of the last call is kept, since most calls ask for the same.
    private static Either<Problem, ReadGraph> GraphOf(string what, bool isFused) => Session.Model.Map(checkpoint =>
    {
        var graph = read
            .Filter(each =>
                each.What == what && each.IsFused == isFused && each.Checkpoint.Configuration == checkpoint.Configuration)
            .Map(each => each with { Checkpoint = checkpoint })
            .IfNone(() => ReadGraph.Of(checkpoint, what, isFused));
        read = graph;
        return graph;
    });

    private static OpenedNode Open(ReadGraph graph, DiagramNode node, ImmutableArray<int> document)
    {
        var operation = (node.Expression as Application)?.Operation;
        var wanted = new[] { node.Expression, graph.CotangentOf(node.Expression) }.OfType<Expr>().ToImmutableArray();
        var values = graph.CanEvaluate(node.Expression) && document.Length > 1 ? graph.Evaluate(wanted, document) : [];
        return new(
            node.Line, $"{node.Expression.Shape}", graph.Diagram.Parts[node.Part], node.Arguments,
            [.. graph.Diagram.Nodes.Where(user => user.Arguments.Contains(node.Number)).Select(user => user.Number)],
            values.Length > 0 ? Summarize(values[0]) : null, values.Length > 1 ? Summarize(values[1]) : null,
            operation is null ? "" : SourceText.DeclarationOf(operation), operation is null ? "" : SourceText.KernelOf(operation));
    }

    private static MatrixSummary Summarize(Matrix<Real> matrix)
    {
        var entries = matrix.Entries.Select(entry => entry.Plain).ToImmutableArray();
        return new(
            $"{matrix.Rows} × {matrix.Columns}", Number(entries.Min()), Number(entries.Average()), Number(entries.Max()),
            Number(Math.Sqrt(entries.Sum(entry => entry * entry))),
            [.. from i in Enumerable.Range(0, Math.Min(ShownRows, matrix.Rows))
                select Enumerable.Range(0, Math.Min(ShownColumns, matrix.Columns))
                    .Select(j => Number(matrix[i, j].Plain)).ToImmutableArray()]);
    }

    private static string Number(double value) => value.ToString("g3", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GraphSummary))]
[JsonSerializable(typeof(OpenedNode))]
internal sealed partial class ReadJson : JsonSerializerContext;
