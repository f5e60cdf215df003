using System.Collections.Immutable;

namespace MicroGpt.Autograd;

/// <summary>Rewriting of expressions, node by node.</summary>
public static class Rewriting
{
    /// <summary>
    /// Replaces each leaf and each application in the expressions, arguments first. The function <paramref name="application"/> receives
    /// an application whose arguments are already replaced. Shared subexpressions are replaced once and stay shared.
    /// </summary>
    public static ImmutableArray<Expr> Rewrite(
        ImmutableArray<Expr> expressions, Func<Variable, Expr> variable, Func<Constant, Expr> constant, Func<Application, Expr> application,
        Observer observer = default)
    {
        var order = PostOrder<Expr>.Of(expressions.AsSpan(), observer.Cancellation);
        var rewritten = new Expr[order.Nodes.Length];
        for (var i = 0; i < rewritten.Length; i++)
        {
            observer.Report("rewrite", i, rewritten.Length);
            ImmutableArray<Expr> arguments = [.. order.ParentsOf(i).Select(k => rewritten[k])];
            rewritten[i] = order.Nodes[i].Match(variable, constant, node => application(
                arguments.SequenceEqual(node.Arguments) ? node : new Application(node.Operation, arguments)));
        }
        return [.. order.Roots.Select(i => rewritten[i])];
    }

    /// <summary>The expression with some variables replaced.</summary>
    public static Expr Substitute(this Expr expression, IReadOnlyDictionary<Variable, Expr> replacements) =>
        Rewrite(
            [expression], variable => replacements.GetValueOrDefault(variable) ?? variable,
            constant => constant, application => application)[0];
}
