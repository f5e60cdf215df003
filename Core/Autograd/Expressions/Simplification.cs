using System.Collections.Immutable;

namespace MicroGpt.Autograd;

// Algebra on expressions. Simplifying an expression keeps its value, and does not add nodes.

/// <summary>Simplifies expressions: it shares common subexpressions, drops neutral elements and folds constants.</summary>
public static class Simplification
{
    /// <summary>The expressions, simplified together: a subexpression that two of them have in common becomes one node.</summary>
    public static ImmutableArray<Expr> Simplify(params ImmutableArray<Expr> expressions) =>
        Simplify(expressions, variable => variable, node => node);

    /// <summary>
    /// Replaces the variables in the expressions and simplifies the expressions together, arguments first. An application that remains
    /// is passed to <paramref name="rewrite"/>. If this function returns another application, the new application is simplified in turn.
    /// </summary>
    internal static ImmutableArray<Expr> Simplify(
        ImmutableArray<Expr> expressions, Func<Variable, Expr> variable, Func<Application, Expr> rewrite, Observer observer = default)
    {
        var constants = new Dictionary<(double Value, Shape Shape), Constant>();
        var applications = new Dictionary<Application, Expr>(SameApplication.Comparer);
        return Rewriting.Rewrite(expressions, variable, Share, Simplified, observer);

        Constant Share(Constant constant) =>
            constants.TryGetValue((constant.Value, constant.Shape), out var known)
                ? known : constants[(constant.Value, constant.Shape)] = constant;

        Expr Simplified(Application node)
        {
            if (Neutral(node) is { } simpler) return simpler is Constant constant ? Share(constant) : simpler;
            if (applications.TryGetValue(node, out var known)) return known;
            var rewritten = rewrite(node);
            return applications[node] = rewritten is Application next && next != node ? Simplified(next) : rewritten;
        }
    }

    // x + 0, 0 + x, x·1, 1·x and x¹ are x. An elementwise function of constants is a constant.
    private static Expr? Neutral(Application node) => node switch
    {
        { Operation: Pairwise<Add>, Arguments: [var x, Constant { Value: 0 }] } => x,
        { Operation: Pairwise<Add>, Arguments: [Constant { Value: 0 }, var x] } => x,
        { Operation: Pairwise<Mul>, Arguments: [var x, Constant { Value: 1 }] } => x,
        { Operation: Pairwise<Mul>, Arguments: [Constant { Value: 1 }, var x] } => x,
        { Operation: Pointwise<Pow> { Op.Exponent: 1 }, Arguments: [var x] } => x,
        { Operation: Elementwise f, Arguments: [Constant x] } => new Constant(f.At(x.Value, 0), node.Shape),
        { Operation: Elementwise f, Arguments: [Constant x, Constant y] } => new Constant(f.At(x.Value, y.Value), node.Shape),
        _ => null,
    };
}

/// <summary>Applications are equal if their operations are equal and their arguments are the same nodes.</summary>
internal sealed class SameApplication : IEqualityComparer<Application>
{
    public static SameApplication Comparer { get; } = new();

    public bool Equals(Application? x, Application? y) =>
        x is not null && y is not null && x.Operation == y.Operation && x.Arguments.SequenceEqual(y.Arguments);

    public int GetHashCode(Application application) =>
        application.Arguments.Aggregate(application.Operation.GetHashCode(), (hash, argument) => HashCode.Combine(hash, argument));
}
