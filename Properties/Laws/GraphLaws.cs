using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>sum + x·y.</summary>
public delegate Value<Real> Accumulate(Value<Real> sum, Value<Real> x, Value<Real> y);

/// <summary>
/// Laws of the backward pass of a graph, beside <see cref="DerivativeLaws"/>. f is a formula's last node and g an earlier one, so that
/// they share nodes.
/// </summary>
public static class GraphLaws
{
    /// <summary>∇(αf + βg) = α∇f + β∇g.</summary>
    public static Property IsLinear(RandomFormula formula, double alpha, double beta, Backward backward) =>
        Rule(formula, backward, (f, g) => (f * alpha + g * beta, alpha, beta));

    /// <summary>∇(fg) = g∇f + f∇g.</summary>
    public static Property ObeysTheProductRule(RandomFormula formula, Backward backward) =>
        Rule(formula, backward, (f, g) => (f * g, g.Plain, f.Plain));

    /// <summary>∇(f/g) = ∇f/g - f∇g/g².</summary>
    public static Property ObeysTheQuotientRule(RandomFormula formula, Backward backward) =>
        Rule(formula, backward, (f, g) => (f / g, 1 / g.Plain, -f.Plain / (g.Plain * g.Plain)));

    /// <summary>∇h(f, g) = ∂₁h·∇f + ∂₂h·∇g, for any operation h. f and g are shifted to the point of h, at which h is defined.</summary>
    public static Property ObeysTheChainRule(RandomFormula formula, RandomFormula h, Backward backward) => Rule(formula, backward, (f, g) =>
    {
        ImmutableArray<Value<Real>> arguments = [.. h.Point.Zip([f, g], (x, node) => node + (x - node.Plain))];
        var partials = Gradients.Reverse(backward)(h with { Point = [.. arguments.Select(x => x.Plain)] });
        return (h.At(arguments), partials[0], partials.ElementAtOrDefault(1));
    });

    private static Property Rule(
        RandomFormula formula, Backward backward, Func<Value<Real>, Value<Real>, (Value<Real> Root, double F, double G)> combine)
    {
        var leaves = formula.Point.Select(x => Value<Real>.Variable(new(x))).ToImmutableArray();
        var nodes = formula.Nodes(leaves);
        // The last node before f that is not zero, so that f may be divided by it.
        var other = Enumerable.Range(0, nodes.Length - 1).Last(i => nodes[i].Plain != 0);
        var (root, weightF, weightG) = combine(nodes[^1], nodes[other]);
        var (gradient, gradientF, gradientG) = (backward(root), backward(nodes[^1]), backward(nodes[other]));
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, leaves.Length)
            let amplified = formula.Nodes([.. formula.Point.Zip(formula.Axis(i), (x, v) => new Amplified(x, v))])
            let amplification = Math.Abs(weightF) * amplified[^1].Amplification + Math.Abs(weightG) * amplified[other].Amplification
            let expected = weightF * gradientF[leaves[i]].Plain + weightG * gradientG[leaves[i]].Plain
            from complaint in Verdict.Apart(
                $"∂/∂x{i} of f with %{other}", gradient[leaves[i]].Plain, expected, DerivativeLaws.OfGraphs * amplification)
            select complaint);
    }

    /// <summary>∇(2ᵏf) = 2ᵏ∇f to the bit: a power of two scales without rounding.</summary>
    public static Property ScalesByPowersOfTwoExactly(RandomFormula formula, Differentiation gradient)
    {
        var (once, scaled) = (gradient(formula), gradient(formula.Then(new Scaled(1 << Power))));
        return Verdict.NoneOf(Enumerable.Range(0, once.Length).SelectMany(i =>
            Verdict.Unequal($"∂(2ᵏf)/∂x{i}", scaled[i], Math.ScaleB(once[i], Power))));
    }

    private const int Power = 20;

    /// <summary>
    /// s + x·y in one node equals s + x·y in two nodes, forward and backward, to the bit. The law takes a sum of products of a formula's
    /// nodes; the first leaf may be a constant.
    /// </summary>
    public static Property IsASumOfProductsInFewerNodes(RandomFormula formula, bool firstIsConstant, Accumulate accumulate)
    {
        var leaves = formula.Point.Select((x, i) =>
            i == 0 && firstIsConstant ? Value<Real>.Constant(x) : Value<Real>.Variable(new(x))).ToImmutableArray();
        var nodes = formula.Nodes(leaves);
        var (one, two) = (SumBy(accumulate), SumBy((sum, x, y) => sum + x * y));
        var (inOne, inTwo) = (one.Backward(), two.Backward());
        return Verdict.NoneOf(Verdict.Unequal("the sum", one.Plain, two.Plain).Concat(leaves.SelectMany((leaf, i) =>
            Verdict.Unequal($"∂/∂x{i} of the sum", inOne[leaf].Plain, inTwo[leaf].Plain))));

        Value<Real> SumBy(Accumulate next) =>
            nodes.Zip(nodes.Reverse()).Aggregate(Value<Real>.Constant(0), (sum, pair) => next(sum, pair.Item1, pair.Item2));
    }

    /// <summary>The walk by fingerprints finds the same nodes in the same order, with the same parents, as the plain walk.</summary>
    public static Property IsWalkedAlikeByFingerprints(RandomFormula formula)
    {
        var root = formula.At<Value<Real>>([.. formula.Point.Select(x => Value<Real>.Variable(new(x)))]);
        var (plain, fast) = (PostOrder<Value<Real>>.Of(root), FingerprintOrder<Value<Real>>.Of(root));
        return Verdict.That(
            plain.Nodes.SequenceEqual(fast.Nodes)
            && Enumerable.Range(0, plain.Nodes.Length).All(i => plain.ParentsOf(i).AsSpan().SequenceEqual(fast.ParentsOf(i))),
            "the walks differ");
    }

    /// <summary>Leaves in another order have the same gradients, in that order, to the bit.</summary>
    public static Property DoesNotDependOnTheOrderOfLeaves(RandomFormula formula, Differentiation gradient)
    {
        var (expected, renamed) = (gradient(formula), gradient(formula.WithLeavesReversed()));
        return Verdict.NoneOf(Enumerable.Range(0, expected.Length).SelectMany(i =>
            Verdict.Unequal($"∂f/∂x{i}, renamed,", renamed[^(i + 1)], expected[i])));
    }

    /// <summary>A leaf that f does not depend on has the gradient zero, and was not reached.</summary>
    public static Property IsZeroForAnUnusedLeaf(RandomFormula formula, Backward backward)
    {
        var unused = Value<Real>.Variable(new(formula.Point[0]));
        var gradient = backward(formula.At<Value<Real>>([.. formula.Point.Select(x => Value<Real>.Variable(new(x)))]));
        return Verdict.NoneOf(
        [
            .. Verdict.Unequal("the gradient of an unused leaf", gradient[unused].Plain, 0),
            .. gradient.Variables.Contains(unused) ? ["an unused leaf was reached"] : (string[])[],
        ]);
    }

    /// <summary>A formula of constants has the empty gradient map.</summary>
    public static Property IsEmptyForAConstant(RandomFormula formula, Backward backward) => Verdict.That(
        !backward(formula.At<Value<Real>>([.. formula.Point.Select(Value<Real>.Constant)])).Variables.Any(), "a constant has a gradient");

    /// <summary>Two leaves with the same value stay distinct: for f = ab + a at a = b = x the gradients are x + 1 and x.</summary>
    public static Property KeepsEqualLeavesApart(double x, Backward backward)
    {
        var (a, b) = (Value<Real>.Variable(new(x)), Value<Real>.Variable(new(x)));
        var gradient = backward(a * b + a);
        return Verdict.NoneOf([.. Verdict.Unequal("∂f/∂a", gradient[a].Plain, x + 1), .. Verdict.Unequal("∂f/∂b", gradient[b].Plain, x)]);
    }
}
