using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A turn of the backward pass, in the numbers of its trace.</summary>
/// <param name="Node">Whose turn it was; none at the start.</param>
/// <param name="NodeCount">How many nodes there are after it: those it made are the last of them.</param>
/// <param name="Cotangents">The map after it: the cotangent of each node that has one and waits for its turn, or is a variable.</param>
public sealed record BackwardStep(int? Node, int NodeCount, ImmutableSortedDictionary<int, int> Cotangents);

/// <summary>
/// The backward pass as it happens. The nodes of the expression are numbered as a writer prints them, and the nodes of the cotangents
/// go on from there, in the order they are made.
/// </summary>
public sealed record BackwardTrace(PostOrder<Expr> Nodes, ImmutableArray<BackwardStep> Steps)
{
    /// <summary>How many nodes are the expression's own.</summary>
    public int ExpressionNodes => Nodes.Roots[0] + 1;

    /// <summary>The trace of the backward pass through a scalar.</summary>
    public static BackwardTrace Record(Expr scalar)
    {
        var seed = Expr.Constant(1);
        var steps = scalar.BackwardSteps(seed).Where(step => step.Node is Application).ToImmutableArray();
        var order = PostOrder<Expr>.Of([scalar, seed, .. steps.SelectMany(step => Receivers(step.Node).Select(x => step.Cotangents[x]))]);
        var numbers = Enumerable.Range(0, order.Nodes.Length).ToDictionary(i => order.Nodes[i]);

        var turns = ImmutableArray.CreateBuilder<BackwardStep>(steps.Length + 1);
        var (made, handed) = (order.Roots[1] + 1, 2);
        turns.Add(new(null, made, ImmutableSortedDictionary<int, int>.Empty.Add(order.Roots[0], order.Roots[1])));
        foreach (var (node, cotangents) in steps)
        {
            var receivers = Receivers(node).Count();
            foreach (var root in order.Roots.AsSpan(handed, receivers)) made = Math.Max(made, root + 1);
            handed += receivers;
            turns.Add(new(numbers[node], made, cotangents.Where(pair => pair.Key is not Constant)
                .ToImmutableSortedDictionary(pair => numbers[pair.Key], pair => numbers[pair.Value])));
        }
        return new(order, turns.MoveToImmutable());
    }

    // What is handed to a constant is of no use to anybody, and is left out.
    private static IEnumerable<Expr> Receivers(Expr node) => node.Arguments.Where(argument => argument is not Constant);
}
