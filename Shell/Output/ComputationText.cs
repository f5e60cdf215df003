using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Study;

namespace MicroGpt.Shell.Output;

/// <summary>A computation in lines of text: as it is written, and as it is compiled.</summary>
internal static class ComputationText
{
    /// <summary>Both expressions as numbered lines with shapes, and their numbers of nodes of each kind.</summary>
    public static string Format(string title, Configuration configuration, Computation written, Computation compiled)
    {
        var (before, after) = (NodeCounts.Count(written.Results), NodeCounts.Count(compiled.Results));
        string[] lines =
        [
            $"{Head(title, configuration)},",
            $"as it is written, {before.Nodes} nodes:",
            "",
            .. Numbered(written),
            "As it is compiled: common subexpressions shared, neutral elements dropped,",
            $"fused operations in place of their definitions, {after.Nodes} nodes:",
            "",
            .. Numbered(compiled),
            .. Summary(before, after, NodeCounts.CountBuffers(compiled.Results, configuration.BlockSize)),
        ];
        return string.Join('\n', lines);
    }

    /// <summary>A title with the sizes of the GPT.</summary>
    public static string Head(string title, Configuration configuration) =>
        $"The {title} of a GPT, n_embd {configuration.NEmbd}, n_head {configuration.NHead}, n_layer {configuration.NLayer}, "
        + $"block_size {configuration.BlockSize}, {configuration.VocabSize} tokens";

    private static IEnumerable<string> Numbered(Computation computation)
    {
        var order = PostOrder<Expr>.Of([.. computation.Results.Select(result => result.Expression)]);
        return
        [
            .. order.Nodes.Select((node, i) => $"  {Writer.Line(order, i)} : {node.Shape}"),
            "",
            .. computation.Results.Select((result, i) => $"  {result.Name} = %{order.Roots[i]}"),
            "",
        ];
    }

    private static IEnumerable<string> Summary(NodeCounts before, NodeCounts after, int buffers) =>
    [
        Row("", "as written", "compiled"),
        Row("nodes", $"{before.Nodes}", $"{after.Nodes}"),
        Row("  variables", $"{before.Variables}", $"{after.Variables}"),
        Row("  constants", $"{before.Constants}", $"{after.Constants}"),
        .. from operation in before.Operations.Keys.Union(after.Operations.Keys)
           let counts = (Before: before.Operations.GetValueOrDefault(operation), After: after.Operations.GetValueOrDefault(operation))
           orderby counts.Before descending, counts.After descending, operation
           select Row($"  {operation}", $"{counts.Before}", $"{counts.After}"),
        Row("buffers", "", $"{buffers}"),
    ];

    private static string Row(string name, string before, string after) => $"  {name,-34}{before,12}{after,12}";
}
