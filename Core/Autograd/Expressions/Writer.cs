using System.Diagnostics;

namespace MicroGpt.Autograd;

/// <summary>Prints expressions as numbered lines, one for each node.</summary>
public static class Writer
{
    /// <summary>
    /// The nodes of expressions, one on each line; a node comes after its arguments. A line has the number of the
    /// node, its operation, the numbers of its arguments, and its shape. A shared node is printed once.
    /// </summary>
    public static string Print(params ReadOnlySpan<Expr> expressions)
    {
        var order = PostOrder<Expr>.Of(expressions);
        return string.Concat(order.Nodes.Select((_, i) => $"{LineWithShape(order, i)}\n"));
    }

    /// <summary>The last lines of a printed expression. If lines are left out, a first line says how many: "… 76 more".</summary>
    internal static string Brief(Expr expression, int lines)
    {
        var order = PostOrder<Expr>.Of(expression);
        if (order.Nodes.Length == 1) return $"{Label(order, 0)} : {expression.Shape}";
        var first = Math.Max(0, order.Nodes.Length - lines);
        var shown = Enumerable.Range(first, order.Nodes.Length - first).Select(i => LineWithShape(order, i));
        return string.Join('\n', first > 0 ? shown.Prepend($"… {first} more") : shown);
    }

    private static string LineWithShape(PostOrder<Expr> order, int i) => $"{Line(order, i)} : {order.Nodes[i].Shape}";

    /// <summary>The line of the i-th node, without its shape.</summary>
    public static string Line(PostOrder<Expr> order, int i) => $"%{i} = {Label(order, i)}";

    private static string Label(PostOrder<Expr> order, int i) => order.Nodes[i].Match(
        variable => variable.Name,
        constant => FormattableString.Invariant($"{constant.Value}"),
        application => $"{application.Operation.Name} {string.Join(" ", order.ParentsOf(i).Select(k => $"%{k}"))}");
}

// ToString prints the last lines of an expression. A debugger shows only the last line.
[DebuggerDisplay("{Writer.Brief(this, 1),nq}")]
public abstract partial class Expr
{
    private const int LinesPrinted = 8;

    public sealed override string ToString() => Writer.Brief(this, LinesPrinted);
}
