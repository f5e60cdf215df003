using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>
/// The derivatives of an expression are expressions again. They are built without computing a value or changing a node.
/// </summary>
public static class Derivatives
{
    /// <summary>The gradient of a scalar with respect to each variable. Any other shape throws <see cref="ShapeException"/>.</summary>
    public static GradientMap<Variable, Expr> Backward(this Expr scalar) => scalar.Backward(default);

    /// <summary>The gradient of a scalar, while an observer sees the progress and may cancel.</summary>
    public static GradientMap<Variable, Expr> Backward(this Expr scalar, Observer observer) => scalar.Shape == Shape.Scalar
        ? scalar.Vjp(Expr.Constant(1), observer)
        : throw new ShapeException($"backward needs a single number, [1, 1], not {scalar.Shape}; take the sum of the entries first, "
            + "which is x.SumEntries(), or give the cotangent of each entry to Vjp.");

    /// <summary>
    /// The cotangent of each variable, given the cotangent of the expression (VJP). This is the last map of <see cref="BackwardSteps"/>.
    /// </summary>
    public static GradientMap<Variable, Expr> Vjp(this Expr expression, Expr cotangent, Observer observer = default) =>
        new(expression.BackwardSteps(cotangent, observer).Last().Cotangents
            .Select(pair => KeyValuePair.Create((Variable)pair.Key, pair.Value)));

    /// <summary>
    /// The backward pass: a fold over the nodes in reverse topological order, whose state is the map of cotangents. When a
    /// node's step propagates its cotangent to its arguments, the cotangent is complete. Each node is returned with the map after its step.
    /// </summary>
    public static IEnumerable<(Expr Node, ImmutableDictionary<Expr, Expr> Cotangents)> BackwardSteps(
        this Expr expression, Expr cotangent, Observer observer = default)
    {
        var cotangents = ImmutableDictionary.Create<Expr, Expr>().Add(expression, cotangent);
        var nodes = PostOrder<Expr>.Of([expression], observer.Cancellation).Nodes;
        foreach (var (i, node) in nodes.Reverse().Index())
        {
            observer.Report("backward", i, nodes.Length);
            cotangents = node.Match(
                variable => cotangents,
                constant => cotangents.Remove(constant),
                application => Propagate(application, cotangents[application], cotangents.Remove(application)));
            yield return (node, cotangents);
        }
    }

    /// <summary>
    /// Each node of a scalar with its cotangent, from the scalar on. A node's cotangent is complete just before the node's step, which
    /// removes it from the map.
    /// </summary>
    internal static IEnumerable<(Expr Node, Expr Cotangent)> Cotangents(this Expr scalar)
    {
        var before = ImmutableDictionary.Create<Expr, Expr>().Add(scalar, Expr.Constant(1));
        foreach (var (node, after) in scalar.BackwardSteps(before[scalar]))
        {
            yield return (node, before[node]);
            before = after;
        }
    }

    private static ImmutableDictionary<Expr, Expr> Propagate(Application node, Expr cotangent, ImmutableDictionary<Expr, Expr> cotangents)
    {
        for (var k = 0; k < node.Arguments.Length; k++)
        {
            var (argument, share) = (node.Arguments[k], node.Operation.Pullback(node, k, cotangent));
            cotangents = cotangents.SetItem(argument, cotangents.TryGetValue(argument, out var others) ? others + share : share);
        }
        return cotangents;
    }

    /// <summary>
    /// The tangent of an expression along a direction (JVP), computed in topological order. <see cref="Backward(Expr)"/> is not used, so
    /// the two can check each other. A variable that the direction omits has tangent 0.
    /// </summary>
    public static Expr Jvp(this Expr expression, IReadOnlyDictionary<Variable, Expr> direction)
    {
        var tangents = new Dictionary<Expr, Expr>();
        foreach (var node in PostOrder<Expr>.Of(expression).Nodes)
        {
            var tangent = node.Match(direction.GetValueOrDefault, constant => null, application => Push(application, tangents));
            if (tangent is not null) tangents.Add(node, tangent);
        }
        return tangents.GetValueOrDefault(expression) ?? new Constant(0, expression.Shape);
    }

    private static Expr? Push(Application node, Dictionary<Expr, Expr> tangents) =>
        node.Arguments
            .Select((argument, k) => tangents.TryGetValue(argument, out var tangent) ? node.Operation.Pushforward(node, k, tangent) : null)
            .Aggregate((sum, term) => sum is null ? term : term is null ? sum : sum + term);

    /// <summary>⟨x, y⟩ = Σ x_ij·y_ij, [1, 1]. The gradient of ⟨gradient, v⟩ is the Hessian times v.</summary>
    public static Expr Dot(this Expr x, Expr y) => (x * y).SumEntries();
}
