using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A path from the result to a variable.</summary>
/// <param name="Nodes">The nodes of the path, from the result to the variable.</param>
/// <param name="Arguments">For each node except the last: the index, among the node's arguments, of the next node of the path.</param>
/// <param name="Partials">The local partial of each node, except the last, with respect to the next node of the path.</param>
/// <param name="Contribution">The product of all partials on the path.</param>
public sealed record GradientPath(
    ImmutableArray<Expr> Nodes, ImmutableArray<int> Arguments, ImmutableArray<double> Partials, double Contribution)
{
    public bool Equals(GradientPath? other) =>
        other is not null && Contribution == other.Contribution
        && Nodes.ContentEquals(other.Nodes) && Arguments.ContentEquals(other.Arguments) && Partials.ContentEquals(other.Partials);

    public override int GetHashCode() => HashCode.Combine(Contribution, Nodes.Length, Arguments.Length, Partials.Length);
}

/// <summary>The gradient of a variable as a sum over paths.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Count">The number of paths from the result to the variable.</param>
/// <param name="Largest">The paths with the largest absolute contributions, in descending order.</param>
/// <param name="Total">The sum of the contributions of all paths. This is the gradient.</param>
public sealed record PathSum(Variable Variable, BigInteger Count, ImmutableArray<GradientPath> Largest, double Total)
{
    /// <summary>The sum of the contributions of all paths that are not in <see cref="Largest"/>.</summary>
    public double Rest => Count == Largest.Length ? 0 : Total - Largest.Sum(path => path.Contribution);

    public bool Equals(PathSum? other) =>
        other is not null && Variable == other.Variable
        && Count == other.Count && Total == other.Total && Largest.ContentEquals(other.Largest);

    public override int GetHashCode() => HashCode.Combine(Variable, Count, Total, Largest.Length);
}

/// <summary>
/// The chain rule, multiplied out (Bauer, 1974). Each path from the result to a variable contributes the product of its local partials.
/// The gradient is the sum of these contributions. The number of paths may be exponential, so they are not all listed. One sweep over the
/// nodes counts all paths, and keeps only the paths with the largest contributions.
/// </summary>
public static class Paths
{
    /// <summary>The gradient of each variable as a sum over paths. Lists at most <paramref name="most"/> paths for each variable.</summary>
    public static ImmutableArray<PathSum> Find(ScalarFunction function, int most)
    {
        var order = PostOrder<Expr>.Of(function.Expression);
        var partials = Partials(function, order);
        var counts = new BigInteger[order.Nodes.Length];
        var totals = new double[order.Nodes.Length];
        var largest = new ImmutableArray<PathEnd>[order.Nodes.Length];
        Array.Fill(largest, []);
        (counts[^1], totals[^1], largest[^1]) = (1, 1, [new(1, -1, 0, 0)]);
        for (var i = order.Nodes.Length - 1; i >= 0; i--)
        {
            for (var k = 0; k < order.ParentsOf(i).Length; k++)
            {
                var (argument, partial) = (order.ParentsOf(i)[k], partials[i][k]);
                counts[argument] += counts[i];
                totals[argument] += partial * totals[i];
                var longer = largest[i].Select((path, rank) => new PathEnd(path.Contribution * partial, i, k, rank));
                largest[argument] = [.. largest[argument].Concat(longer).OrderByDescending(path => Math.Abs(path.Contribution)).Take(most)];
            }
            if (order.Nodes[i] is Application) counts[i] = 0; // This frees memory: in a deep graph, a count has many digits.
        }
        var indices = Enumerable.Range(0, order.Nodes.Length).ToDictionary(i => order.Nodes[i]);
        return
        [
            .. from variable in function.Variables
               select indices.TryGetValue(variable, out var i)
                   ? new PathSum(variable, counts[i], [.. largest[i].Select(path => Path(i, path))], totals[i])
                   : new PathSum(variable, 0, [], 0),
        ];

        GradientPath Path(int i, PathEnd last)
        {
            var (nodes, arguments, along) = (new Stack<Expr>([order.Nodes[i]]), new Stack<int>(), new Stack<double>());
            for (var end = last; end.From >= 0; end = largest[end.From][end.Rank])
            {
                nodes.Push(order.Nodes[end.From]);
                arguments.Push(end.Argument);
                along.Push(partials[end.From][end.Argument]);
            }
            return new([.. nodes], [.. arguments], [.. along], last.Contribution);
        }
    }

    /// <summary>A path from the result to a node, as a link to the same path without its last node.</summary>
    /// <param name="Contribution">The product of the path's partials.</param>
    /// <param name="From">The index of the last node but one. It is -1 if the path has only one node, the result.</param>
    /// <param name="Argument">The index of the last node among the arguments of node <paramref name="From"/>.</param>
    /// <param name="Rank">The index of the shorter path in the list of the largest paths to node <paramref name="From"/>.</param>
    private readonly record struct PathEnd(double Contribution, int From, int Argument, int Rank);

    // The local partials of each node. The partial with respect to an argument is the pullback of the cotangent 1 to this argument.
    internal static double[][] Partials(ScalarFunction function, PostOrder<Expr> order)
    {
        var partials = order.Nodes.Select(node => node.Match<ImmutableArray<Expr>>(
            variable => [], constant => [],
            application => [.. application.Arguments.Select((_, k) => application.Operation.Pullback(application, k, Expr.Constant(1)))]))
            .ToArray();
        ImmutableArray<Expr> distinct = [.. partials.SelectMany(each => each).Distinct()];
        var values = distinct.Zip(function.Values(distinct)).ToDictionary();
        return [.. partials.Select(each => each.Select(partial => values[partial]).ToArray())];
    }
}
