using System.Collections.Immutable;
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
        if (order.Nodes.Length == 1) return $"{Label(expression)} : {expression.Shape}";
        var first = Math.Max(0, order.Nodes.Length - lines);
        var shown = Enumerable.Range(first, order.Nodes.Length - first).Select(i => LineWithShape(order, i));
        return string.Join('\n', first > 0 ? shown.Prepend($"… {first} more") : shown);
    }

    private static string LineWithShape(PostOrder<Expr> order, int i) => $"{Line(order, i)} : {order.Nodes[i].Shape}";

    /// <summary>The line of the i-th node, without its shape.</summary>
    public static string Line(PostOrder<Expr> order, int i) => Line(order.Nodes[i], i, order.ParentsOf(i));

    /// <summary>The line of a node, by its number and those of its arguments, without its shape.</summary>
    public static string Line(Expr node, int number, ImmutableArray<int> arguments) => $"%{number} = {Label(node)}{Arguments(arguments)}";

    /// <summary>The name of a variable, the value of a constant, or the name of an operation.</summary>
    public static string Label(Expr node) => node.Match(
        variable => variable.Name,
        constant => FormattableString.Invariant($"{constant.Value}"),
        application => application.Operation.Name);

    private static string Arguments(ImmutableArray<int> numbers) => string.Concat(numbers.Select(k => $" %{k}"));
}

// ToString prints the last lines of an expression. A debugger shows only the last line.
[DebuggerDisplay("{Writer.Brief(this, 1),nq}")]
public abstract partial class Expr
{
    private const int LinesPrinted = 8;

    public sealed override string ToString() => Writer.Brief(this, LinesPrinted);
}
