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
        new("The exchanged shares",
            "Of the two arguments of an operation, each gets the other's share. At equal numbers, only free symbols tell the shares apart.",
            "power %0 %1\n  ∂f/∂x0 is ",
            Kill.ThroughFormulas(Exchanged) with
            {
                Exactly = Kill.Of(nameof(ModularLaws.HasOneGradient), Reals.Any,
                    x => ModularLaws.HasOneGradient(Expressed.Of(OfEqualLeaves(x)), Direction.Ones, Exchanged)),
            }),
        new("The mistaken identity",
            "Gradients are kept by the value of a leaf, not by the leaf: two that happen to be equal get one gradient between them.",
            "∂f/∂a is 1 and should be exactly 2",
            Kill.Of(nameof(GraphLaws.KeepsEqualLeavesApart), Reals.Any, x => GraphLaws.KeepsEqualLeavesApart(x, ByValue)) with
            {
                Exactly = Kill.Of(nameof(ModularLaws.HasOneGradient), Reals.Any,
                    x => ModularLaws.HasOneGradient(Expressed.Of(OfEqualLeaves(x)), Direction.Ones, Derivatives.Backward, ByValue)),
            }),
        new("The forgetful sum",
            "The node of a sum's next product knows the factors, and not the sum so far: all products but the last have no gradient.",
            "∂/∂x0 of the sum is",
            Kill.Of(nameof(GraphLaws.IsASumOfProductsInFewerNodes), Formulas.Any,
                f => GraphLaws.IsASumOfProductsInFewerNodes(f, firstIsConstant: false, Forgetful)) with
            {
                Exactly = Kill.Of(nameof(ModularLaws.HasOneGradient), Formulas.Any,
                    f => ModularLaws.HasOneGradient(SumOfSquares(f), Direction.Ones, Derivatives.Backward)),
            }),
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

    private static GradientMap<Variable, Expr> Exchanged(Expr scalar) => Mutation.Pullback<Operation>((right, result, k, cotangent) =>
        right.Pullback(result, result.Arguments.Length - 1 - k, cotangent))(scalar);

    // ab + a, where a and b have the same value.
    private static RandomFormula OfEqualLeaves(double x) =>
        new([x, x], [new(new Binary<Mul>(default), [0, 1]), new(new Binary<Add>(default), [2, 0])]);

    private static GradientMap<Value<T>, T> ByValue<T>(Value<T> root) where T : IEvaluated<T>
    {
        var gradient = root.Backward();
        var byValue = new Dictionary<double, T>();
        foreach (var leaf in gradient.Variables) byValue[leaf.Plain] = gradient[leaf];
        return new(gradient.Variables.Select(leaf => KeyValuePair.Create(leaf, byValue[leaf.Plain])));
    }

    private static T Forgetful<T>(T sum, T x, T y) where T : IEvaluated<T> => T.Accumulate(T.Constant(sum.Plain), x, y);

    // Σ xᵢ² of the leaves of a formula: the expression is right.
    private static Expressed SumOfSquares(RandomFormula f)
    {
        var variables = f.Symbolic().Variables;
        return new(new ForgetfulSquares(f.Point), Sum.Of<Expr>(variables.Select(x => x * x)), variables, Inputs.None);
    }

    private sealed record ForgetfulSquares(ImmutableArray<double> Point) : IDifferentiable
    {
        public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> =>
            x.Aggregate(T.Constant(0), (sum, each) => Forgetful(sum, each, each));
    }
}
