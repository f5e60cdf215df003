using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Shell.Output;

/// <summary>A formula's gradient in lines of text: as an expression, step by step, path by path, and by other methods.</summary>
internal sealed class Explanation(string formula, ScalarFunction function)
{
    private const int Widest = 34, MostPaths = 5, MostParts = 8, MostCotangents = 8, HessianColumns = 4;
    private const int NameColumn = 8, NumberColumn = 17, Gap = 1;

    private static readonly BigInteger MostCounted = BigInteger.Pow(10, 40); // its digits still fit in a line

    private readonly ImmutableArray<DerivativeComparison> comparisons = DerivativeComparison.Compute(function);

    private readonly BackwardTrace trace = BackwardTrace.Record(function.Expression);

    /// <summary>The lines of the explanation, with the Hessian if <paramref name="secondOrder"/>.</summary>
    public IEnumerable<string> Lines(bool secondOrder) => function.Variables.IsEmpty ? [.. Head(), "", .. Values(), "", .. Constant()] :
    [
        .. Head(), "",
        .. Values(), "",
        .. Backward(), "",
        .. Gradient(), "",
        .. PathSums(), "",
        .. Oracles(), "",
        .. Brackets(),
        .. secondOrder ? (string[])["", .. Hessian()] : [],
    ];

    private IEnumerable<string> Head()
    {
        var values = function.Variables.Zip(function.Point, (variable, value) => $"{variable.Name} = {Number(value)}");
        yield return $"f = {formula}{(function.Variables.IsEmpty ? "" : ", where " + string.Join(", ", values))}";
    }

    private IEnumerable<string> Values() =>
    [
        "The expression, a line for each node, and its value:",
        "",
        .. Numbered(trace.Nodes, ValuesOf(trace.Nodes), 0, trace.ExpressionNodes),
    ];

    private IEnumerable<string> Constant() =>
        [$"f has no names, so there is nothing to differentiate by. Its value is {Number(function.Values([function.Expression])[0])}."];

    private IEnumerable<string> Backward()
    {
        yield return "The backward pass. Each node, from the last to the first, passes its cotangent,";
        yield return "times its local partial, to its arguments. In braces, the map of cotangents";
        yield return "after its step; each is an expression, and its new nodes stand above:";
        var (made, values) = (trace.ExpressionNodes, ValuesOf(trace.Nodes));
        foreach (var step in trace.Steps)
        {
            yield return "";
            yield return step.Node is int node ? $"{Writer.Line(trace.Nodes, node)}" : "start";
            foreach (var line in Numbered(trace.Nodes, values, made, step.NodeCount)) yield return line;
            var shown = step.Cotangents.Take(MostCotangents).Select(pair => $"{Called(pair.Key)}: %{pair.Value}");
            var rest = step.Cotangents.Count - MostCotangents;
            yield return $"  {{{string.Join(", ", shown)}{(rest > 0 ? $", and {rest} more" : "")}}}";
            made = step.NodeCount;
        }
    }

    private IEnumerable<string> Gradient()
    {
        var gradient = function.Gradient();
        var values = function.Values(gradient);
        var order = PostOrder<Expr>.Of(gradient.AsSpan());
        yield return "The same gradient, simplified, with numbers of its own:";
        yield return "";
        foreach (var line in Numbered(order, ValuesOf(order), 0, order.Nodes.Length)) yield return line;
        yield return "";
        for (var i = 0; i < gradient.Length; i++)
        {
            yield return $"  ∂f/∂{function.Variables[i].Name} = %{order.Roots[i]} = {Number(values[i])}, which is";
            foreach (var line in FormulaWriter.Write(gradient[i])) yield return $"      {line}";
        }
    }

    private IEnumerable<string> PathSums()
    {
        yield return "Where it comes from: along each path from the result to a name, the product of";
        yield return "the local partials. The gradient is the sum over all paths.";
        foreach (var sum in Paths.Find(function, MostPaths))
        {
            yield return "";
            yield return $"  ∂f/∂{sum.Variable.Name} = {Number(sum.Total)}, by {Count(sum.Count, "path")}";
            foreach (var path in sum.Largest)
            {
                yield return $"    {Number(path.Contribution),12} = {string.Join(" · ", Shortened(path.Partials, Number))}";
                yield return $"{"",17}{string.Join(" → ", Shortened([.. path.Nodes.Zip([.. path.Arguments, 0])], Called))}";
            }
            if (sum.Count > sum.Largest.Length)
                yield return $"    {Number(sum.Rest),12}   by {Others(sum)}";
        }
    }

    private IEnumerable<string> Oracles()
    {
        IEnumerable<string[]> rows =
        [
            ["", "backward", "forward mode", "complex step", "differences"],
            .. comparisons.Select(comparison => (string[])[
                $"∂f/∂{comparison.Variable.Name}", Number(comparison.Backward), Number(comparison.ForwardMode),
                comparison.ComplexStep is { } step ? Number(step) : "n/a",
                comparison.FiniteDifferences is { } difference ? Number(difference) : "n/a"]),
        ];
        return ["The same numbers by other ways:", "", .. Table([.. rows]), .. EdgeCases.Find(function, comparisons).Select(Remark)];
    }

    private IEnumerable<string> Brackets()
    {
        var value = function.Brackets([function.Expression])[0];
        return
        [
            "Guaranteed between, by intervals with ends rounded outward:", "",
            .. Table([
                ["", "from", "to", "width"],
                Row("f", value, value.SayNothingOf(value.Absolute.Low)),
                .. comparisons.Select(comparison => Row($"∂f/∂{comparison.Variable.Name}", comparison.Guaranteed, comparison.SaysNothing)),
            ]),
        ];
    }

    private static string[] Row(string name, Bounds bounds, bool saysNothing) =>
    [
        name, Exact(bounds.Low), Exact(bounds.High),
        saysNothing ? "says nothing" : bounds.Width.ToString("0e-00", CultureInfo.InvariantCulture),
    ];

    private string Remark(EdgeCase edge) => edge switch
    {
        EdgeCase.NotFinite => "  f is not finite here: no complex step, no differences.",
        EdgeCase.NotFiniteBeside => "  f is not finite right beside this point: no complex step, no differences.",
        EdgeCase.Kink => "  At a kink of relu or step there is no derivative; by convention it is 0.",
        EdgeCase.OutsideDomain when EdgeCases.OutsideDomain(function) is var (node, argument) =>
            $"  {Writer.Line(trace.Nodes, Index(node))} has no derivative by {Called(Index(argument))} here: outside the domain.",
        EdgeCase.ZeroTimesInfinity => "  A partial of 0 meets an infinite one on a path: 0·∞ is NaN.",
        _ => "  A number here is too small for the complex step.",
    };

    private IEnumerable<string> Hessian()
    {
        var (names, hessian) = (function.Variables.Select(variable => variable.Name).ToArray(), function.Hessian());
        yield return "The Hessian, the gradient of the gradient (half of it, for it is symmetric):";
        yield return "";
        var values = hessian.Select(row => function.Values(row)).ToImmutableArray();
        for (var i = 0; i < names.Length; i++)
        {
            for (var j = i; j < names.Length; j++)
            {
                yield return $"  ∂²f/∂{names[i]}∂{names[j]} = {Number(values[i][j])}, which is";
                foreach (var line in FormulaWriter.Write(hessian[i][j])) yield return $"      {line}";
            }
        }
        yield return "";
        foreach (var columns in Enumerable.Range(0, names.Length).Chunk(HessianColumns))
        {
            var rows = values.Select((row, i) => (string[])[names[i], .. columns.Select(j => Number(row[j]))]);
            foreach (var line in Table([["", .. columns.Select(j => names[j])], .. rows])) yield return line;
        }
    }

    // The nodes from one number up to another, with their values in a column of their own.
    private static IEnumerable<string> Numbered(PostOrder<Expr> order, ImmutableArray<double> values, int start, int end)
    {
        var lines = Enumerable.Range(start, end - start).Select(i => Writer.Line(order, i)).ToArray();
        var width = Math.Max(Widest, lines.Select(line => line.Length).DefaultIfEmpty(0).Max());
        return lines.Select((line, i) => $"  {line.PadRight(width)} {Number(values[start + i]),12}");
    }

    // The first column is set flush left, the others flush right. A column is at least as wide as a gap and its longest cell.
    private static IEnumerable<string> Table(ImmutableArray<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length)
            .Select(j => rows.Max(row => row[j].Length) + (j == 0 ? 0 : Gap))
            .Select((width, j) => Math.Max(width, j == 0 ? NameColumn : NumberColumn)).ToArray();
        return rows.Select(row => $"  {row[0].PadRight(widths[0])}{string.Concat(row.Zip(widths, (cell, w) => cell.PadLeft(w)).Skip(1))}");
    }

    private ImmutableArray<double> ValuesOf(PostOrder<Expr> order) => function.Values(order.Nodes);

    private int Index(Expr node) => trace.Nodes.Nodes.IndexOf(node);

    private string Called(int node) => trace.Nodes.Nodes[node] is Variable variable ? variable.Name : $"%{node}";

    // The name of a node on a path. If both arguments are the same node, it includes the side, left or right, that the path takes.
    private string Called((Expr Node, int Argument) step) => step.Node switch
    {
        Variable variable => variable.Name,
        { Arguments: [var left, var right] } node when left == right =>
            $"{Called(Index(node))} {(step.Argument == 0 ? "left" : "right")}",
        var node => Called(Index(node)),
    };

    private static string[] Shortened<T>(ImmutableArray<T> parts, Func<T, string> show) => parts.Length <= MostParts
        ? [.. parts.Select(show)]
        : [.. parts[..3].Select(show), $"… {parts.Length - 6} more …", .. parts[^3..].Select(show)];

    private static string Others(PathSum sum) =>
        sum.Count < MostCounted ? $"the other {Count(sum.Count - sum.Largest.Length, "path")}" : "all the others";

    private static string Count(BigInteger count, string what)
    {
        var digits = count < MostCounted
            ? count.ToString("N0", CultureInfo.InvariantCulture)
            : $"some {count.ToString("e3", CultureInfo.InvariantCulture)}";
        return $"{digits} {what}{(count.IsOne ? "" : "s")}";
    }

    private static string Exact(double value) => (value + 0.0).ToString("R", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("g10", CultureInfo.InvariantCulture);
}
