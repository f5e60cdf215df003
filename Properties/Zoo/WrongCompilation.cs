using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
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
                nameof(CompilationLaws.Evaluates), SumsOfProducts,
                m => CompilationLaws.Evaluates(
                    m, (expressions, at) => Evaluation.Evaluate(SharedByTwoArguments(expressions), at), Tolerance.OfDouble)) with
            {
                Exactly = Kill.Of(nameof(ModularLaws.KeepsValueAndGradient), SumsOfProducts,
                    m => ModularLaws.KeepsValueAndGradient(Expressed.Of(m), SharedByTwoArguments)),
            }),
        new("The guess that is believed",
            "Fusion takes every x·σ(u) for gelu(x), and does not compare u with the definition.",
            "of value and gradient is ",
            Kill.Of(nameof(ModularLaws.KeepsValueAndGradient), MatrixFormulas.Exact,
                m => ModularLaws.KeepsValueAndGradient(Expressed.Of(m.Formula), FusedByGuess))),
        new("The softmax that is an exponential",
            "The pullback of the fused softmax is y·dy, that of an exponential: the sum below is taken for a constant.",
            "∇f·v is ",
            Kill.Of(nameof(ModularLaws.HasOneGradient), MatrixFormulas.Exact,
                m => ModularLaws.HasOneGradient(Expressed.Of(m.Formula), Direction.Ones, scalar => Undivided(Fusion.Fuse(scalar)[0])))),
        new("The old measure",
            "Online softmax finds a larger score, and adds to the sums so far without scaling them to it.",
            "of the value is ",
            Kill.Of(
                nameof(CompilationLaws.Evaluates),
                MatrixFormulas.Of(batch =>
                [
                    .. from entry in Catalogue.TiledAttention(batch).Take(1).Concat(Catalogue.OfManyArguments)
                       select MatrixFormulas.GrowthStep(entry, batch),
                ]),
                m => CompilationLaws.Evaluates(m, WithUnscaledSums, Tolerance.OfDouble))),
        new("The hasty reuse",
            "Every operation is taken for one that works in place: its result overwrites an argument that it still reads.",
            "overwrites an argument that it still reads",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead,
                (outputs, rules, _) => BufferPlan.Of(outputs, rules with { IsInPlace = (_, _) => true }))),
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
                plan => plan with { Kernels = [.. plan.Kernels.Where(kernel => kernel.Results[0].Node.Operation is not Copy)] }))),
        new("The divided family",
            "Each result of a family has a kernel of its own, which computes the other results again.",
            "a family has 2 kernels",
            KillOfPlans(nameof(PlanLaws.ComputesEachNodeOnce), PlanLaws.ComputesEachNodeOnce, Planned(
                plan => plan with { Kernels = [.. plan.Kernels.SelectMany(Divided)] }))),
        new("The slice in the way",
            "A product is made slice by slice in the buffer of its reader's result.",
            "reads a place that does not hold the argument",
            KillOfPlans(nameof(PlanLaws.OverwritesNothingThatIsRead), PlanLaws.OverwritesNothingThatIsRead, Planned(
                plan => plan with { Kernels = [.. plan.Kernels.Select(InTheResult)] }))),
        new("The row between two threads",
            "A part of a kernel's rows ends at a unit, and the next part begins in the middle of that unit.",
            "is computed",
            Kill.Of(nameof(ThreadLaws.DividesRows), Divisions, d => ThreadLaws.DividesRows(d.Rows, d.Unit, d.Parts,
                (rows, unit, part, parts) => Between(rows * part / parts / unit * unit, rows * (part + 1) / parts)))),
        new("The forgotten rest",
            "All parts have the same number of units, and the rows that are left belong to no thread.",
            "is computed 0 times",
            Kill.Of(nameof(ThreadLaws.DividesRows), Divisions, d => ThreadLaws.DividesRows(d.Rows, d.Unit, d.Parts,
                (rows, unit, part, parts) => (rows / unit / parts * unit * part, rows / unit / parts * unit)))),
    ];

    // Rows, the unit in which they are divided, and the number of parts: each part has two units or more.
    private static Arbitrary<(int Rows, int Unit, int Parts)> Divisions => Arb.From(
        from parts in Gen.Choose(1, 5)
        from unit in Gen.Choose(2, 8)
        from rows in Gen.Choose(2 * unit * parts, 200)
        select (rows, unit, parts));

    private static (int First, int Count) Between(int first, int end) => (first, end - first);

    private static Kill KillOfPlans(string law, Func<ImmutableArray<Output>, Planner, Property> holds, Planner planner) =>
        Kill.Of(law, MatrixFormulas.Any, m => holds(PlanLaws.Outputs(m, draw: 0b1010_0110_0101_1001), planner));

    private static Planner Planned(Func<BufferPlan, BufferPlan> change) =>
        (outputs, rules, observer) => change(BufferPlan.Of(outputs, rules, observer));

    private static IEnumerable<PlannedKernel> Divided(PlannedKernel kernel) =>
        kernel.Results.Select((result, k) => new PlannedKernel([result], k == 0 ? kernel.Sliced : null));

    private static PlannedKernel InTheResult(PlannedKernel kernel) =>
        kernel is { Sliced: { } sliced, Results: [{ Buffer: int buffer }, ..] }
        ? kernel with { Sliced = sliced with { Buffer = buffer } } : kernel;

    private static BufferPlan OverwritesAtOnce(ImmutableArray<Output> outputs, PlanRules rules, Observer observer)
    {
        var plan = BufferPlan.Of([.. outputs.Select(output => output with { Overwrites = null })], rules, observer);
        var variables = outputs.Where(output => output.Overwrites is not null).DistinctBy(output => output.Expression)
            .ToDictionary(output => output.Expression, output => output.Overwrites);
        return plan with
        {
            Kernels = [.. plan.Kernels.Select(kernel => kernel with { Results = [.. kernel.Results.Select(planned =>
                variables.TryGetValue(planned.Node, out var variable) ? new(planned.Node, null, variable) : planned)] })],
        };
    }

    // Evaluates attention by online softmax, key by key, without the scaling of earlier sums.
    private static Evaluator WithUnscaledSums => (expressions, environment) => Evaluation.Evaluate(Rewriting.Rewrite(
        expressions, variable => variable, constant => constant,
        node => node.Operation is Attention { Result: 0 } right ? new(new UnscaledAttention(right), node.Arguments) : node), environment);

    // Expressions with sums of products of three and four arguments.
    private static Arbitrary<MatrixFormula> SumsOfProducts =>
        MatrixFormulas.Of(batch => [.. Catalogue.OfManyArguments.Select(entry => MatrixFormulas.GrowthStep(entry, batch))]);

    // Shares applications by operation and first two arguments.
    private static ImmutableArray<Expr> SharedByTwoArguments(ImmutableArray<Expr> expressions)
    {
        var known = new Dictionary<(Operation, Expr, Expr?), Expr>();
        return Rewriting.Rewrite(expressions, variable => variable, constant => constant, Share);

        Expr Share(Application node)
        {
            var key = (node.Operation, node.Arguments[0], node.Arguments.ElementAtOrDefault(1));
            return known.TryGetValue(key, out var shared) ? shared : known[key] = node;
        }
    }

    private static GradientMap<Variable, Expr> Undivided(Expr fused) => Mutation.Pullback<Softmax>((_, result, _, cotangent) =>
        result * cotangent)(fused);

    private static ImmutableArray<Expr> FusedByGuess(ImmutableArray<Expr> expressions) => Rewriting.Rewrite(
        expressions, variable => variable, constant => constant,
        node => Gelu.Pattern(node) is { } guess ? new(guess.Operation, guess.Arguments) : node);
}
