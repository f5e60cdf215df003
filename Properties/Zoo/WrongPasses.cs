using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Mutants of the backward pass: every derivative is right, and they are combined wrongly.</summary>
public static class WrongPasses
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The overwriter",
            "A node's gradient is set, not added to: of all uses of the node, only the last counts.",
            "mul %0 %0\n  ∂f/∂x0 is 1 and should be 2",
            Kill.ThroughPasses(scalar => Pass(scalar, PostOrder<Expr>.Of(scalar).Nodes.Reverse(), (_, share) => share))),
        new("The impatient walker",
            "Nodes pass on their gradients before all their uses have added to them: pre-order in place of reverse topological order.",
            "power %1 %2\n  ∂f/∂x0 is 8.87",
            Kill.ThroughPasses(scalar => Pass(scalar, PreOrder(scalar), (sum, share) => sum + share))),
        new("The mistaken identity",
            "Gradients are kept by the value of a leaf, not by the leaf: two that happen to be equal get one gradient between them.",
            "∂f/∂a is 1 and should be exactly 2",
            Kill.Of(nameof(GraphLaws.KeepsEqualLeavesApart), Reals.Any, x => GraphLaws.KeepsEqualLeavesApart(x, ByValue))),
        new("The forgetful sum",
            "The node of a sum's next product knows the factors, and not the sum so far: all products but the last have no gradient.",
            "∂/∂x0 of the sum is",
            Kill.Of(nameof(GraphLaws.IsASumOfProductsInFewerNodes), Formulas.Any, f => GraphLaws.IsASumOfProductsInFewerNodes(
                f, firstIsConstant: false, (sum, x, y) => Value<Real>.Accumulate(Value<Real>.Constant(sum.Plain), x, y)))),
    ];

    // The backward pass, with a given order of nodes and a given way to combine two shares of a cotangent.
    private static GradientMap<Variable, Expr> Pass(Expr scalar, IEnumerable<Expr> order, Func<Expr, Expr, Expr> combine)
    {
        var cotangents = new Dictionary<Expr, Expr>(ReferenceEqualityComparer.Instance) { [scalar] = Expr.Constant(1) };
        foreach (var node in order.OfType<Application>())
        {
            for (var k = 0; k < node.Arguments.Length; k++)
            {
                var (argument, share) = (node.Arguments[k], node.Operation.Pullback(node, k, cotangents[node]));
                cotangents[argument] = cotangents.TryGetValue(argument, out var others) ? combine(others, share) : share;
            }
        }
        return new(cotangents.Where(pair => pair.Key is Variable).Select(pair => KeyValuePair.Create((Variable)pair.Key, pair.Value)));
    }

    private static IEnumerable<Expr> PreOrder(Expr root)
    {
        var met = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        var path = new Stack<Expr>([root]);
        while (path.TryPop(out var node))
        {
            if (!met.Add(node)) continue;
            yield return node;
            foreach (var argument in node.Arguments.Reverse()) path.Push(argument);
        }
    }

    private static GradientMap<Value<Real>, Real> ByValue(Value<Real> root)
    {
        var gradient = root.Backward();
        var byValue = new Dictionary<double, Real>();
        foreach (var leaf in gradient.Variables) byValue[leaf.Plain] = gradient[leaf];
        return new(gradient.Variables.Select(leaf => KeyValuePair.Create(leaf, byValue[leaf.Plain])));
    }
}
