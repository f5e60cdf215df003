using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Properties;

/// <summary>Explanations of random formulas.</summary>
public class StudyProperties
{
    [Law(1000)]
    public Property The_gradient_is_the_sum_over_all_paths(RandomFormula f) => StudyLaws.AddsUpOverPaths(f, Paths.Find);

    [Law(1000)]
    public Property The_paths_that_are_listed_are_the_largest(RandomFormula f) => StudyLaws.ListsTheLargest(f, Paths.Find);

    [Law(1000)]
    public Property The_simplified_gradient_is_the_complex_step(RandomFormula f) =>
        DerivativeLaws.Agrees(f, _ => f.Studied() is var function ? function.Values(function.Gradient()) : [], Oracles.ByComplexStep);

    [Law(300)]
    public Property The_simplified_Hessian_is_the_complex_step_of_the_gradient(RandomFormula f, Direction v) =>
        HessianLaws.IsComplexStepOfTheGradient(f, v, (_, direction) =>
        {
            var function = f.Studied();
            return [.. function.Hessian().Select(row => function.Values(row).Zip(direction, (h, x) => h * x).Sum())];
        });

    [Law(1000)]
    public Property A_written_formula_reads_back(RandomFormula f) => StudyLaws.ReadsBack(f, FormulaWriter.Write, Study.Formula.Parse);

    [Law(300)]
    public Property The_trace_of_the_backward_pass_ends_with_the_gradient(RandomFormula f) => DerivativeLaws.Agrees(f, _ =>
    {
        var function = f.Studied();
        var trace = BackwardTrace.Record(function.Expression);
        var last = trace.Steps[^1].Cotangents.ToDictionary(pair => trace.Nodes.Nodes[pair.Key], pair => trace.Nodes.Nodes[pair.Value]);
        return function.Values([.. function.Variables.Select(variable => last.GetValueOrDefault(variable) ?? variable.Zero)]);
    }, Oracles.ByComplexStep);
}
