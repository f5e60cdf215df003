using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A way from the result to a variable.</summary>
/// <param name="Nodes">The nodes it goes through, the first and the last among them.</param>
/// <param name="Arguments">Which argument of each node but the last is the next.</param>
/// <param name="Partials">The local partial with respect to that.</param>
/// <param name="Contribution">The product of the partials.</param>
public sealed record GradientPath(ImmutableArray<Expr> Nodes, ImmutableArray<int> Arguments, ImmutableArray<double> Partials, double Contribution);

/// <summary>Where the gradient of a variable comes from.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Count">How many paths lead to it.</param>
/// <param name="Largest">Those that contribute most, the largest first.</param>
/// <param name="Total">What all of them contribute: the gradient.</param>
public sealed record PathSum(Variable Variable, BigInteger Count, ImmutableArray<GradientPath> Largest, double Total)
{
    /// <summary>What the other paths contribute together.</summary>
    public double Rest => Count == Largest.Length ? 0 : Total - Largest.Sum(path => path.Contribution);
}

/// <summary>
/// The chain rule, multiplied out: a gradient is the sum, over all paths from the result to the variable, of the product of the
/// local partials on the way (Bauer, 1974). There may be exponentially many; one sweep counts them and keeps the largest.
/// </summary>
public static class Paths
{
    /// <summary>The origin of each variable's gradient, with so many paths at most.</summary>
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
                var longer = largest[i].Select((ending, rank) => new PathEnd(ending.Contribution * partial, i, k, rank));
                largest[argument] = [.. largest[argument].Concat(longer).OrderByDescending(ending => Math.Abs(ending.Contribution)).Take(most)];
            }
            if (order.Nodes[i] is Application) counts[i] = 0; // of graphs as deep as this, counts are large numbers
        }
        var indices = Enumerable.Range(0, order.Nodes.Length).ToDictionary(i => order.Nodes[i]);
        return
        [
            .. from variable in function.Variables
               select indices.TryGetValue(variable, out var i)
                   ? new PathSum(variable, counts[i], [.. largest[i].Select(ending => Path(i, ending))], totals[i])
                   : new PathSum(variable, 0, [], 0),
        ];

        GradientPath Path(int i, PathEnd last)
        {
            var (nodes, arguments, along) = (new Stack<Expr>([order.Nodes[i]]), new Stack<int>(), new Stack<double>());
            for (var ending = last; ending.From >= 0; ending = largest[ending.From][ending.Rank])
            {
                nodes.Push(order.Nodes[ending.From]);
                arguments.Push(ending.Argument);
                along.Push(partials[ending.From][ending.Argument]);
            }
            return new([.. nodes], [.. arguments], [.. along], last.Contribution);
        }
    }

    /// <summary>What a path contributes that ends at a node; it came from which of the paths to which node, as which argument of that.</summary>
    private readonly record struct PathEnd(double Contribution, int From, int Argument, int Rank);

    // The local partials of each node: what a cotangent of 1 is to its arguments.
    private static double[][] Partials(ScalarFunction function, PostOrder<Expr> order)
    {
        var partials = order.Nodes.Select(node => node.Match<ImmutableArray<Expr>>(
            variable => [], constant => [],
            application => [.. application.Arguments.Select((_, k) => application.Operation.Pullback(application, k, Expr.Constant(1)))])).ToArray();
        ImmutableArray<Expr> distinct = [.. partials.SelectMany(each => each).Distinct()];
        var values = distinct.Zip(function.Values(distinct)).ToDictionary();
        return [.. partials.Select(each => each.Select(partial => values[partial]).ToArray())];
    }
}
