using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>A planner of buffers for results, given the sizes of shapes and the in-place operations: under test.</summary>
internal delegate BufferPlan Planner(
    ImmutableArray<PlannedResult> results, Func<Shape, long> size, Func<Operation, bool> inPlace, Observer observer = default);

/// <summary>Laws of buffer plans. Each is a rule on the finished plan, checked for every pair of nodes.</summary>
internal static class PlanLaws
{
    // One element more than the matrix has: shapes of equal area share buffers.
    private static long Size(Shape shape) => (long)(shape.Rows.IfFixed ?? 5) * shape.Columns + 1;

    private static bool IsInPlace(Operation operation) => operation is Elementwise;

    /// <summary>The gradient of a formula, planned so that some variables are updated and some results have buffers of their own.</summary>
    public static ImmutableArray<PlannedResult> Results(MatrixFormula m, int draw)
    {
        var gradient = m.Scalar.Backward();
        var expressions = Fusion.Fuse([m.Scalar, .. m.Variables.Select(variable => gradient[variable])]);
        return [.. expressions.Select((x, k) => new PlannedResult(
            x, (draw >> k) % 2 == 1, k > 0 && (draw >> k) % 3 > 0 ? m.Variables[k - 1] : null))];
    }

    /// <summary>A plan has every node once, after its arguments.</summary>
    public static Property ComputesArgumentsFirst(ImmutableArray<PlannedResult> results, Planner planner)
    {
        var nodes = planner(results, Size, IsInPlace).Nodes.Select(planned => planned.Node).ToArray();
        var needed = PostOrder<Expr>.Of([.. results.Select(result => result.Expression)]).Nodes;
        return Verdict.NoneOf(
        [
            .. nodes.Length == needed.Length && nodes.ToHashSet().SetEquals(needed)
            ? [] : (string[])["the nodes of the plan are not those of the results"],
            .. from i in Enumerable.Range(0, nodes.Length)
               from argument in nodes[i].Arguments
               where !nodes[..i].Contains(argument)
               select $"node {i} is computed before an argument",
        ]);
    }

    /// <summary>
    /// A node's buffer has the size of the node. No other node writes the buffer before the last reader of the node is computed; an
    /// in-place operation may be that reader and write it. No other node writes the buffer of a result.
    /// </summary>
    public static Property OverwritesNothingThatIsRead(ImmutableArray<PlannedResult> results, Planner planner)
    {
        var plan = planner(results, Size, IsInPlace);
        var (nodes, kept) = (plan.Nodes, results.Select(result => result.Expression).ToHashSet());
        return Verdict.NoneOf(
        [
            .. from planned in nodes
               where planned.Buffer is int k && plan.Sizes[k] != Size(planned.Node.Shape)
               select $"a matrix {planned.Node.Shape} has a buffer of another size",
            .. from i in Enumerable.Range(0, nodes.Length)
               from j in Enumerable.Range(0, i)
               where nodes[j].Buffer is int && nodes[i].Buffer == nodes[j].Buffer
               let readers = Enumerable.Range(0, nodes.Length).Where(r => nodes[r].Node.Arguments.Contains(nodes[j].Node))
               where kept.Contains(nodes[j].Node) || readers.Any(r => r > i || r == i && !IsInPlace(((Application)nodes[i].Node).Operation))
               select $"node {i} overwrites node {j}, which is still needed",
        ]);
    }

    /// <summary>A gradient that its update consumes has no reader, and no later node reads its parameter.</summary>
    public static Property ConsumesAfterTheLastReader(ImmutableArray<PlannedResult> results, Planner planner)
    {
        var nodes = planner(results, Size, IsInPlace).Nodes;
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, nodes.Length)
            where nodes[i].IsConsumed
            let owners = results.Where(result => result.Expression == nodes[i].Node).ToArray()
            from r in Enumerable.Range(0, nodes.Length)
            let arguments = nodes[r].Node.Arguments
            where owners.Length != 1 || arguments.Contains(nodes[i].Node)
                || r >= i && (owners[0].Parameter is not { } parameter || arguments.Contains(parameter))
            select $"node {r} reads the gradient {i}, or its parameter, that is updated");
    }
}
