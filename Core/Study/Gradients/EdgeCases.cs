using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A reason why a derivative is NaN or not available at a point.</summary>
public enum EdgeCase
{
    /// <summary>The value of the function is infinite or NaN.</summary>
    NotFinite,

    /// <summary>The value is finite, but infinite or NaN at a neighbour of the point.</summary>
    NotFiniteBeside,

    /// <summary>Two smooth pieces of the function meet. It has no derivative there; by convention it is 0.</summary>
    Kink,

    /// <summary>The value is finite, but a local partial is NaN.</summary>
    OutsideDomain,

    /// <summary>A partial of 0 meets an infinite one on a path. Their product is NaN.</summary>
    ZeroTimesInfinity,

    /// <summary>A number is too near 0 for the complex step, or the derivative is.</summary>
    TooSmall,
}

/// <summary>The edge cases of a function at its point.</summary>
public static class EdgeCases
{
    /// <summary>The reasons for each NaN, and for each method that does not apply, in a comparison of derivatives.</summary>
    public static ImmutableArray<EdgeCase> Find(ScalarFunction function, ImmutableArray<DerivativeComparison> comparisons)
    {
        var value = function.Values([function.Expression])[0];
        var cases = ImmutableArray.CreateBuilder<EdgeCase>();
        if (!double.IsFinite(value)) cases.Add(EdgeCase.NotFinite);
        else if (!Enumerable.Range(0, function.Variables.Length).All(i => function.IsFiniteAround(function.Axis(i))))
            cases.Add(EdgeCase.NotFiniteBeside);
        if (DerivativeComparison.IsAtKink(function)) cases.Add(EdgeCase.Kink);
        if (OutsideDomain(function) is not null) cases.Add(EdgeCase.OutsideDomain);
        else if (!double.IsNaN(value) && comparisons.Any(x => double.IsNaN(x.Backward) || double.IsNaN(x.ForwardMode)))
            cases.Add(EdgeCase.ZeroTimesInfinity);
        if (cases.Count == 0 && comparisons.Any(comparison => comparison.ComplexStep is null)) cases.Add(EdgeCase.TooSmall);
        return cases.ToImmutable();
    }

    /// <summary>
    /// The first node whose value is finite although a partial of it is NaN, and the argument of that partial; null if there is none.
    /// </summary>
    public static (Expr Node, Expr Argument)? OutsideDomain(ScalarFunction function)
    {
        var order = PostOrder<Expr>.Of(function.Expression);
        var (values, partials) = (function.Values(order.Nodes), Paths.Partials(function, order));
        return (
            from i in Enumerable.Range(0, order.Nodes.Length)
            where double.IsFinite(values[i])
            from k in Enumerable.Range(0, partials[i].Length)
            where double.IsNaN(partials[i][k]) && order.Nodes[i].Arguments[k] is not Constant
            select ((Expr, Expr)?)(order.Nodes[i], order.Nodes[i].Arguments[k])).FirstOrDefault();
    }
}
