using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>Mutants of the passes of compilation: the compiled expression has another value.</summary>
public static class WrongCompilation
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The two that look alike",
            "Two applications of an operation are shared if their first two arguments are the same, whatever the third is.",
            "entry 0 of ",
            Kill.Of(
                nameof(CompilationLaws.Evaluates),
                MatrixFormulas.Of(batch => [.. Catalogue.OfManyArguments.Select(entry => MatrixFormulas.GrowthStep(entry, batch))]),
                m => CompilationLaws.Evaluates(m, SharedByTwoArguments, Tolerance.OfDouble))),
        new("The hasty reuse",
            "Every operation is taken for one that works in place: its result overwrites an argument that it still reads.",
            "overwrites node",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead,
                (results, size, _, _) => BufferPlan.Of(results, size, inPlace: _ => true))),
        new("The plan from the end",
            "The nodes are computed in the order in which results need them, each before its arguments.",
            "is computed before an argument",
            KillOfPlans(nameof(PlanLaws.ComputesArgumentsFirst), PlanLaws.ComputesArgumentsFirst,
                (results, size, inPlace, _) =>
                BufferPlan.Of(results, size, inPlace) is var plan ? plan with { Nodes = [.. plan.Nodes.Reverse()] } : plan)),
        new("The early update",
            "A parameter is updated where its gradient is computed, though nodes that come later read it.",
            "that is updated",
            KillOfPlans(nameof(PlanLaws.ConsumesAfterTheLastReader), PlanLaws.ConsumesAfterTheLastReader, UpdatesAtOnce)),
    ];

    private static Kill KillOfPlans(string law, Func<ImmutableArray<PlannedResult>, Planner, Property> holds, Planner planner) =>
        Kill.Of(law, MatrixFormulas.Any, m => holds(PlanLaws.Results(m, draw: 0b1010101010), planner));

    private static BufferPlan UpdatesAtOnce(
        ImmutableArray<PlannedResult> results, Func<Shape, long> size, Func<Operation, bool> inPlace, Observer observer)
    {
        var plan = BufferPlan.Of([.. results.Select(result => result with { Parameter = null })], size, inPlace, observer);
        var gradients = results.Where(result => result.Parameter is not null).Select(result => result.Expression).ToHashSet();
        return plan with { Nodes = [.. plan.Nodes.Select(planned => planned with { IsConsumed = gradients.Contains(planned.Node) })] };
    }

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
