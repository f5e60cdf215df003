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
            "overwrites an argument that it still reads",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead,
                (outputs, size, _, _) => BufferPlan.Of(outputs, size, isInPlace: (_, _) => true))),
        new("The plan from the end",
            "The kernels run in the order in which outputs need them, each before those of its arguments.",
            "reads a place that does not hold the argument",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead, Planned(
                plan => plan with { Kernels = [.. plan.Kernels.Reverse()] }))),
        new("The early overwriter",
            "An output overwrites its variable where it is computed, though kernels that come later read the variable.",
            "reads a place that does not hold the argument",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead, OverwritesAtOnce)),
        new("The lost copy",
            "An output that waits for a kernel that waits for it is computed aside, and not copied into its variable.",
            "is not in its place at the end",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead, Planned(
                plan => plan with { Kernels = [.. plan.Kernels.Where(kernel => kernel[0].Node.Operation is not Copy)] }))),
        new("The divided family",
            "Each result of a family has a kernel of its own, which computes the other results again.",
            "a family has 2 kernels",
            KillOfPlans(nameof(PlanLaws.ComputesEachNodeOnce), PlanLaws.ComputesEachNodeOnce, Planned(
                plan => plan with { Kernels = [.. plan.Kernels.SelectMany(kernel => kernel).Select(ImmutableArray.Create)] }))),
    ];

    private static Kill KillOfPlans(string law, Func<ImmutableArray<Output>, Planner, Property> holds, Planner planner) =>
        Kill.Of(law, MatrixFormulas.Any, m => holds(PlanLaws.Outputs(m, draw: 0b1010_0110_0101_1001), planner));

    private static Planner Planned(Func<BufferPlan, BufferPlan> change) =>
        (outputs, size, isInPlace, observer) => change(BufferPlan.Of(outputs, size, isInPlace, observer));

    private static BufferPlan OverwritesAtOnce(
        ImmutableArray<Output> outputs, Func<Shape, long> size, Func<Operation, int, bool> isInPlace, Observer observer)
    {
        var plan = BufferPlan.Of([.. outputs.Select(output => output with { Overwrites = null })], size, isInPlace, observer);
        var variables = outputs.Where(output => output.Overwrites is not null).DistinctBy(output => output.Expression)
            .ToDictionary(output => output.Expression, output => output.Overwrites);
        return plan with
        {
            Kernels = [.. plan.Kernels.Select(kernel => ImmutableArray.CreateRange(kernel, planned =>
                variables.TryGetValue(planned.Node, out var variable) ? new(planned.Node, null, variable) : planned))],
        };
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
