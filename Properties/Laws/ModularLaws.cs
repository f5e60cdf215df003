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
    /// </summary>
    public static Property HasOneGradient(Expressed f, Direction direction, Transformation backward)
    {
        var (gradient, v) = (backward(f.Scalar), direction.Of(f.Function.Point.Length));
        var written = f.Evaluate([.. f.Variables.Select(x => gradient[x])]);
        var graph = f.Function.Reversed((_, x) => Modular.Constant(x), root => root.Backward());
        var tangent = f.Function.Along(v, Moved).Tangent;
        return Verdict.NoneOf(Unequal("∇f·v", Along(written, v), tangent).Concat(
            written.SelectMany((g, i) => Unequal($"∂f/∂x{i}", g, graph[i]))));
    }

    /// <summary>Hv by the expression of the gradient of ∇f·v, by forward over reverse mode, and by reverse over reverse mode.</summary>
    public static Property HasOneHessianVector(Expressed f, Direction direction, Transformation backward)
    {
        var (gradient, tangents, v) = (backward(f.Scalar), f.Tangents(), direction.Of(f.Function.Point.Length));
        var second = backward(f.Variables.Zip(tangents, (x, t) => gradient[x].Dot(t)).Aggregate((sum, term) => sum + term));
        var written = f.Evaluate([.. f.Variables.Select(x => second[x])], tangents, v);
        var forward = f.Function.Reversed((i, x) => Moved(x, v[i]), root => root.Backward());
        var leaves = f.Function.Point.Select(x => Value<Modular>.Variable(Modular.Constant(x))).ToImmutableArray();
        var reversed = f.Function.Reversed((i, _) => leaves[i], root => root.Backward());
        var reverse = Sum.Of(0, leaves.Length, i => reversed[i] * v[i]).Backward();
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
        var x = result.Arguments.Cast<Variable>().Select((x, i) => (x, numbers.Absolute.Matrix(x.Shape, i, batch))).ToImmutableArray();
        return Verdict.NoneOf(x.SelectMany((argument, k) =>
        {
            var (v, y) = (new Variable("v", argument.x.Shape), new Variable("y", result.Shape));
            var (tangent, cotangent) = (numbers.Matrix(v.Shape, 2, batch), numbers.Matrix(y.Shape, 3, batch));
            return Unequal(
                $"⟨v{k}, Jᵀ y⟩",
                Dot(operation.Pullback(result, k, y), [.. x, (y, cotangent)], tangent),
                Dot(operation.Pushforward(result, k, v), [.. x, (v, tangent)], cotangent));
        }));

        Modular Dot(Expr expression, ImmutableArray<(Variable Variable, Matrix<double> Value)> values, Matrix<double> other) => Sum.Of(
            expression.Evaluate(batch.Bind(values.Select(pair => (pair.Variable, pair.Value.Map(Modular.Constant)))))
                .Entries.Zip(other.Entries, (entry, weight) => entry * weight));
    }

    /// <summary>Rewritten expressions of value and gradient have the values of the expressions as they were.</summary>
    public static Property KeepsValueAndGradient(MatrixFormula m, Rewrite rewrite)
    {
        var (f, gradient) = (Expressed.Of(m), m.Scalar.Backward());
        ImmutableArray<Expr> expressions = [m.Body, .. m.Variables.Select(variable => gradient[variable])];
        var (found, expected) = (f.Evaluate(rewrite(expressions)), f.Evaluate(expressions));
        return Verdict.NoneOf(found.SelectMany((x, i) => Unequal($"entry {i} of value and gradient", x, expected[i])));
    }

    private static Dual<Modular> Moved(double x, double v) => v == 0
        ? Dual<Modular>.Constant(x)
        : new(Modular.Constant(x), Modular.Constant(v));

    private static Modular Along(ImmutableArray<Modular> gradient, ImmutableArray<double> v) =>
        Sum.Of(0, v.Length, i => gradient[i] * v[i]);

    private static IEnumerable<string> Unequal(string what, Modular found, Modular expected)
    {
        if (found.Residue != expected.Residue)
            yield return $"{what} is {found.Residue} modulo 2⁶¹ - 1 and should be exactly {expected.Residue}";
    }
}
