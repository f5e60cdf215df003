using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>A change of expressions that keeps their values: under test.</summary>
public delegate ImmutableArray<Expr> Rewrite(ImmutableArray<Expr> expressions);

/// <summary>
/// Laws of passes, in exact arithmetic modulo 2⁶¹ - 1. No number is rounded, so there is no tolerance. They say nothing of the table of
/// derivatives, which both sides use.
/// </summary>
public static class ModularLaws
{
    /// <summary>
    /// The gradient by its expression is that of the graph of numbers, entry by entry; and Σ vᵢ·∂f/∂xᵢ is the tangent of forward mode.
    /// The backward passes of the expression and of the graph are under test; Core's is the graph's by default.
    /// </summary>
    public static Property HasOneGradient(
        Expressed f, Direction direction, Transformation backward,
        Func<Value<Modular>, GradientMap<Value<Modular>, Modular>>? backwardOfGraph = null)
    {
        var (gradient, v) = (backward(f.Scalar), Along(f, direction));
        var written = f.Evaluate([.. f.Variables.Select(x => gradient[x])]);
        var graph = f.Function.Reversed((i, _) => f.Point[i], backwardOfGraph ?? (root => root.Backward()));
        var tangent = f.Function.At<Dual<Modular>>([.. f.Point.Zip(v, (x, t) => new Dual<Modular>(x, t))]).Tangent;
        return Verdict.NoneOf(Unequal("∇f·v", Sum.Of(written.Zip(v, (g, t) => g * t)), tangent).Concat(
            written.SelectMany((g, i) => Unequal($"∂f/∂x{i}", g, graph[i]))));
    }

    /// <summary>Hv by the expression of the gradient of ∇f·v, by forward over reverse mode, and by reverse over reverse mode.</summary>
    public static Property HasOneHessianVector(Expressed f, Direction direction, Transformation backward)
    {
        var (gradient, tangents, v) = (backward(f.Scalar), f.Tangents(), Along(f, direction));
        var second = backward(f.Variables.Zip(tangents, (x, t) => gradient[x].Dot(t)).Aggregate((sum, term) => sum + term));
        var written = f.Evaluate([.. f.Variables.Select(x => second[x])], tangents, v);
        var forward = f.Function.Reversed((i, _) => new Dual<Modular>(f.Point[i], v[i]), root => root.Backward());
        var leaves = f.Point.Select(Value<Modular>.Variable).ToImmutableArray();
        var reversed = f.Function.Reversed((i, _) => leaves[i], root => root.Backward());
        var reverse = Sum.Of(reversed.Zip(v, (g, t) => g * Value<Modular>.Variable(t))).Backward();
        return Verdict.NoneOf(written.SelectMany((h, i) =>
            Unequal($"(Hv){i}", h, forward[i].Tangent).Concat(Unequal($"(Hv){i}", h, reverse[leaves[i]]))));
    }

    /// <summary>
    /// ⟨J v, y⟩ = ⟨v, Jᵀ y⟩ for each argument: the pullback is the adjoint of the pushforward. Not for rmsnorm and fused
    /// attention (see <see cref="Catalogue.RelatesSymbols"/>).
    /// </summary>
    public static Property PullsBackByTheAdjoint(Structure structure, Direction numbers)
    {
        var (result, batch, operation) = (structure.Entry.Of(structure.Shapes), structure.Batch, structure.Entry.Operation);
        if (operation is RmsNorm or Attention or AttentionPullback) return Verdict.NoneOf([]);
        var x = result.Arguments.Cast<Variable>().Select((x, i) => (x, Symbols(x, numbers.Absolute, i))).ToImmutableArray();
        return Verdict.NoneOf(x.SelectMany((argument, k) =>
        {
            var (v, y) = (new Variable("v", argument.x.Shape), new Variable("y", result.Shape));
            var (tangent, cotangent) = (Symbols(v, numbers, 2), Symbols(y, numbers, 3));
            return Unequal(
                $"⟨v{k}, Jᵀ y⟩",
                Dot(operation.Pullback(result, k, y), [.. x, (y, cotangent)], tangent),
                Dot(operation.Pushforward(result, k, v), [.. x, (v, tangent)], cotangent));
        }));

        Matrix<Modular> Symbols(Variable variable, Direction from, int draw)
        {
            var drawn = from.Matrix(variable.Shape, draw, batch);
            return new(drawn.Rows, drawn.Columns, Expressed.Symbols(variable.Name, drawn.Entries));
        }

        Modular Dot(Expr expression, ImmutableArray<(Variable, Matrix<Modular>)> values, Matrix<Modular> other) =>
            Sum.Of(expression.Evaluate(batch.Bind(values)).Entries.Zip(other.Entries, (entry, weight) => entry * weight));
    }

    /// <summary>Rewritten expressions of value and gradient have the values of the expressions as they were.</summary>
    public static Property KeepsValueAndGradient(Expressed f, Rewrite rewrite)
    {
        var gradient = f.Scalar.Backward();
        ImmutableArray<Expr> expressions = [f.Scalar, .. f.Variables.Select(variable => gradient[variable])];
        var (found, expected) = (f.Evaluate(rewrite(expressions)), f.Evaluate(expressions));
        return Verdict.NoneOf(found.SelectMany((x, i) => Unequal($"entry {i} of value and gradient", x, expected[i])));
    }

    private static ImmutableArray<Modular> Along(Expressed f, Direction direction) =>
        Expressed.Symbols("v", direction.Of(f.Point.Length));

    private static IEnumerable<string> Unequal(string what, Modular found, Modular expected)
    {
        if (found.Residue != expected.Residue)
            yield return $"{what} is {found.Residue} modulo 2⁶¹ - 1 and should be exactly {expected.Residue}";
    }
}
