namespace MicroGpt.Autograd;

/// <summary>Prints expressions.</summary>
public static class Writer
{
    /// <summary>
    /// Numbered lines, a node each, arguments before what is made from them: what is shared is printed once and referred to by
    /// its number. Each line ends with the shape.
    /// </summary>
    public static string Print(params ReadOnlySpan<Expr> expressions)
    {
        var order = PostOrder<Expr>.Of(expressions);
        return string.Concat(order.Nodes.Select((node, i) => $"{Line(order, i)} : {node.Shape}\n"));
    }

    /// <summary>The line of the i-th node, without its shape.</summary>
    public static string Line(PostOrder<Expr> order, int i) => $"%{i} = " + order.Nodes[i].Match(
        variable => variable.Name,
        constant => FormattableString.Invariant($"{constant.Value}"),
        application => $"{application.Operation.Name} {string.Join(" ", order.ParentsOf(i).ToArray().Select(k => $"%{k}"))}");
}
