using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FsCheck;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Properties;

/// <summary>Mutants of explanations: the gradient is right, and its explanation is wrong.</summary>
public static partial class WrongStudy
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The toll collector",
            "Along a path it adds the partials, where the chain rule multiplies them.",
            "a path's contribution is ",
            AlongPaths(nameof(StudyLaws.AddsUpOverPaths), StudyLaws.AddsUpOverPaths, (paths, _) =>
                [.. paths.Select(path => path with { Contribution = path.Partials.Sum() }).OrderByDescending(Size)])),
        new("The single lane",
            "Two paths through the same nodes count as one: the left and the right argument of x·x are listed once.",
            "1 paths to x0 are listed of 2",
            AlongPaths(nameof(StudyLaws.AddsUpOverPaths), StudyLaws.AddsUpOverPaths, (paths, _) =>
                [.. paths.DistinctBy(path => string.Join(' ', path.Nodes.Select(node => node.GetHashCode())))])),
        new("The double booking",
            "A path is counted when it is met, and once more when it is done.",
            "4 paths lead to x0 and should be 2",
            Through(nameof(StudyLaws.AddsUpOverPaths), StudyLaws.AddsUpOverPaths, (f, most) =>
                [.. Paths.Find(f, most).Select(sum => sum with { Count = 2 * sum.Count })])),
        new("The optimist",
            "It lists what makes the gradient larger before what makes it smaller, however much smaller.",
            "the paths to x0 do not fall",
            AlongPaths(nameof(StudyLaws.AddsUpOverPaths), StudyLaws.AddsUpOverPaths, (paths, _) =>
                [.. paths.OrderByDescending(path => path.Contribution)])),
        new("The impatient guide",
            "It stops after the requested number of paths, the shortest first; the largest was still to come.",
            "path 1 to x0 is 1 and should be exactly 2",
            AlongPaths(nameof(StudyLaws.ListsTheLargest), StudyLaws.ListsTheLargest, (paths, most) =>
                [.. paths.OrderBy(path => path.Nodes.Length).Take(most).OrderByDescending(Size)])),
        new("The lost parentheses",
            "What is subtracted is written without its parentheses: a - (b - c) becomes a - b - c.",
            "x0 - x0 - 1.3 is -1.3 and should be exactly 1.3",
            Written(f => [.. FormulaWriter.Write(f).Select(line => Subtracted().Replace(line, "- $1"))], Study.Formula.Parse)),
        new("The eager minus",
            "A sign binds more tightly than a power: -x^2 is read as the square of -x.",
            "-x0^x0 reads back as (-x0)^x0",
            Written(FormulaWriter.Write, text => Study.Formula.Parse(NegatedPower().Replace(text, "(-$1)^")))),
    ];

    private static double Size(GradientPath path) => Math.Abs(path.Contribution);

    private static Kill Through(
        string law, Func<RandomFormula, Func<ScalarFunction, int, ImmutableArray<PathSum>>, Property> holds,
        Func<ScalarFunction, int, ImmutableArray<PathSum>> paths) => Kill.Of(law, Formulas.Any, f => holds(f, paths));

    // All paths, found by Core, with a change applied.
    private static Kill AlongPaths(
        string law, Func<RandomFormula, Func<ScalarFunction, int, ImmutableArray<PathSum>>, Property> holds,
        Func<ImmutableArray<GradientPath>, int, ImmutableArray<GradientPath>> change) => Through(law, holds, (f, most) =>
        [.. Paths.Find(f, StudyLaws.All).Select(sum => sum with { Largest = change(sum.Largest, most) })]);

    private static Kill Written(Func<Expr, ImmutableArray<string>> write, Func<string, Either<Problem, Study.Formula>> read) =>
        Kill.Of(nameof(StudyLaws.ReadsBack), Formulas.Any, f => StudyLaws.ReadsBack(f, write, read));

    [GeneratedRegex(@"- \(([^()]*)\)")]
    private static partial Regex Subtracted();

    [GeneratedRegex(@"-(\w+)\^")]
    private static partial Regex NegatedPower();
}
