using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A step of the backward pass. It refers to a node by the node's index in the trace.</summary>
/// <param name="Node">The node whose cotangent the step propagates to its arguments; null for the state before the first step.</param>
/// <param name="NodeCount">The number of nodes that exist after the step. Nodes that the step creates come last.</param>
/// <param name="Cotangents">Maps a node to the sum of its cotangents so far. A node is removed when its cotangent is propagated.</param>
public sealed record BackwardStep(int? Node, int NodeCount, ImmutableSortedDictionary<int, int> Cotangents);

/// <summary>
/// The backward pass, step by step. The nodes of the expression have the numbers that <see cref="Writer"/> prints. The nodes of the
/// cotangents follow, numbered in the order of their creation.
/// </summary>
public sealed record BackwardTrace(PostOrder<Expr> Nodes, ImmutableArray<BackwardStep> Steps)
{
    /// <summary>The number of nodes of the expression.</summary>
    public int ExpressionNodes => Nodes.Roots[0] + 1;

    /// <summary>Records the backward pass through a scalar, from the cotangent 1.</summary>
    public static BackwardTrace Record(Expr scalar)
    {
        var seed = Expr.Constant(1);
        var visits = scalar.BackwardSteps(seed).Where(step => step.Node is Application).ToImmutableArray();
        var order = PostOrder<Expr>.Of([scalar, seed, .. visits.SelectMany(step => Receivers(step.Node).Select(x => step.Cotangents[x]))]);
        var numbers = Enumerable.Range(0, order.Nodes.Length).ToDictionary(i => order.Nodes[i]);

        var steps = ImmutableArray.CreateBuilder<BackwardStep>(visits.Length + 1);
        var (nodeCount, nextRoot) = (order.Roots[1] + 1, 2);
        steps.Add(new(null, nodeCount, ImmutableSortedDictionary<int, int>.Empty.Add(order.Roots[0], order.Roots[1])));
        foreach (var (node, cotangents) in visits)
        {
            var receivers = Receivers(node).Count();
            foreach (var root in order.Roots.AsSpan(nextRoot, receivers)) nodeCount = Math.Max(nodeCount, root + 1);
            nextRoot += receivers;
            steps.Add(new(numbers[node], nodeCount, cotangents.Where(pair => pair.Key is not Constant)
                .ToImmutableSortedDictionary(pair => numbers[pair.Key], pair => numbers[pair.Value])));
        }
        return new(order, steps.MoveToImmutable());
    }

    // The arguments that receive a cotangent. A constant receives no cotangent.
    private static IEnumerable<Expr> Receivers(Expr node) => node.Arguments.Where(argument => argument is not Constant);

    public bool Equals(BackwardTrace? other) => other is not null && Nodes == other.Nodes && Steps.ContentEquals(other.Steps);

    public override int GetHashCode() => HashCode.Combine(Nodes, Steps.Length);
}
