using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Mutants among the passes of compilation: what is made smaller or faster means something else.</summary>
public static class WrongCompilation
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The two that look alike",
            "Two applications of an operation are shared if their first two arguments are the same, whatever the third is.",
            "entry 0 of ",
            Kill.Of(
                nameof(CompilationLaws.Evaluates),
                MatrixFormulas.Of(frame => [.. Catalogue.OfManyArguments.Select(entry => MatrixFormulas.Move(entry, frame))]),
                m => CompilationLaws.Evaluates(m, SharedByTwoArguments, Tolerance.OfDouble))),
    ];

    // Evaluates expressions whose applications are shared by operation and first two arguments.
    private static Evaluator SharedByTwoArguments => (expressions, environment) =>
    {
        var known = new Dictionary<(Operation, Expr, Expr?), Expr>();
        return Evaluation.Evaluate(Rewriting.Rewrite(expressions, variable => variable, constant => constant, Share), environment);

        Expr Share(Application node)
        {
            var key = (node.Operation, node.Arguments[0], node.Arguments.ElementAtOrDefault(1));
            return known.TryGetValue(key, out var shared) ? shared : known[key] = node;
        }
    };
}
