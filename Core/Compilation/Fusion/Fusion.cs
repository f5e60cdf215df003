using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>Fusion: a pass that finds the definitions of fused operations in expressions, and puts the operations in their place.</summary>
public static class Fusion
{
    // The order matters. A pattern that looks for a fused operation comes after the pattern that introduces this operation.
    private static readonly ImmutableArray<Func<Application, Candidate?>> Patterns =
    [
        Gelu.Pattern, GeluPullback.Pattern, Center.Pattern,
        ReluPullback.Pattern, RmsNorm.Pattern, Softmax.Pattern, AttentionWeights.Pattern, CrossEntropy.Pattern, Append.Pattern,
        Attention.Pattern, RmsNormPullback.Pattern, SoftmaxPullback.Pattern, SoftmaxPullback.ScaledPattern, CrossEntropyPullback.Pattern,
    ];

    /// <summary>The expressions, simplified, with fused operations in place of their definitions.</summary>
    public static ImmutableArray<Expr> Fuse(params ImmutableArray<Expr> expressions) => Fuse(expressions, default(Observer));

    /// <summary>The expressions, simplified and fused, while an observer sees the progress and may cancel.</summary>
    public static ImmutableArray<Expr> Fuse(ImmutableArray<Expr> expressions, Observer observer) =>
        Fuse(expressions, variable => variable, Patterns, observer);

    /// <summary>
    /// The results of a training step, simplified, with a family of fused operations in place of the results of each update that the
    /// family computes. A pattern guesses the arguments from one of the results. The guess is right if the definitions, simplified together
    /// with the results, are the same nodes.
    /// </summary>
    public static ImmutableArray<Expr> FuseFamilies(ImmutableArray<Expr> results, Observer observer = default)
    {
        ImmutableArray<(FusedFamily Family, ImmutableArray<Expr> Definitions, ImmutableArray<Expr> Arguments)> guesses =
        [
            .. from result in results.OfType<Application>()
               let candidate = AdamUpdate.Pattern(result)
               where candidate is not null && candidate.Operation.Infer([.. candidate.Arguments.Select(x => x.Shape)]) == result.Shape
               let family = (FusedFamily)candidate.Operation
               select (family, family.Definitions(candidate.Arguments), candidate.Arguments),
        ];
        var simplified = Simplification.Simplify(
            [.. results, .. guesses.SelectMany(guess => guess.Definitions.AddRange(guess.Arguments))],
            variable => variable, node => node, observer);
        var (roots, next) = (simplified[..results.Length], results.Length);
        var (members, found) = (new Dictionary<Expr, Expr>(), roots.ToHashSet());
        foreach (var guess in guesses)
        {
            var definitions = simplified.Slice(next, guess.Definitions.Length);
            var arguments = simplified.Slice(next + definitions.Length, guess.Arguments.Length);
            next += definitions.Length + arguments.Length;
            if (!found.Contains(definitions[0])) continue;
            for (var k = 0; k < definitions.Length; k++)
                members.TryAdd(definitions[k], new Application(guess.Family with { Result = k }, arguments));
        }
        return [.. roots.Select(root => members.GetValueOrDefault(root, root))];
    }

    private static ImmutableArray<Expr> Fuse(
        ImmutableArray<Expr> expressions, Func<Variable, Expr> variable, ImmutableArray<Func<Application, Candidate?>> patterns,
        Observer observer = default) =>
        Simplification.Simplify(expressions, variable, node => patterns
            .Select(pattern => pattern(node) is { } candidate && IsDefinition(node, candidate, patterns.Remove(pattern)) ? candidate : null)
            .FirstOrDefault(candidate => candidate is not null) is { } found
                ? new Application(found.Operation, found.Arguments) : node, observer);

    // A pattern only guesses the arguments. To check the guess, the operation's definition is simplified and fused in the same way. The
    // guess is right if this gives the expression of the node.
    private static bool IsDefinition(Application node, Candidate candidate, ImmutableArray<Func<Application, Candidate?>> patterns)
    {
        var (operation, arguments) = (candidate.Operation, candidate.Arguments);
        if (operation.Infer([.. arguments.Select(x => x.Shape)]) != node.Shape) return false;
        ImmutableArray<Variable> places = [.. arguments.Select((x, k) => new Variable($"x{k}", x.Shape))];
        return IsSame(Fuse([operation.Definition([.. places])], place => arguments[places.IndexOf(place)], patterns)[0], node, arguments);
    }

    // True if a definition has the nodes of an expression, down to the arguments. An argument is the same only by reference: the graph
    // below it may be deep. Definitions are small, so no results are memoized.
    private static bool IsSame(Expr x, Expr y, ImmutableArray<Expr> arguments) => ReferenceEquals(x, y) || (x, y) switch
    {
        (Constant c, Constant d) => c.Value.Equals(d.Value) && c.Shape == d.Shape,
        (Application f, Application g) => !arguments.Contains(f) && f.Operation == g.Operation
            && f.Arguments.Index().All(a => IsSame(a.Item, g.Arguments[a.Index], arguments)),
        _ => false,
    };
}
