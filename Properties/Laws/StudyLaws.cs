using System.Collections.Immutable;
using FsCheck;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Properties;

/// <summary>Laws of the explanation of a formula.</summary>
public static class StudyLaws
{
    /// <summary>The number of paths that are listed one by one.</summary>
    public const int All = 4096;

    private const int Few = 2;

    /// <summary>A random formula as a function at its point.</summary>
    public static ScalarFunction Studied(this RandomFormula f)
    {
        var (scalar, variables) = f.Symbolic();
        return new(scalar, variables, f.Point);
    }

    /// <summary>
    /// ∂f/∂x = Σ over paths of Π partials, within rounding, where f is regular: for the sum of one sweep, and for the sum of the listed
    /// paths if there are at most 4,096. Paths are listed from the largest contribution down. Their number is that of a forward count.
    /// </summary>
    public static Property AddsUpOverPaths(RandomFormula f, Func<ScalarFunction, int, ImmutableArray<PathSum>> paths)
    {
        var sums = paths(f.Studied(), All);
        return Verdict.NoneOf(Enumerable.Range(0, f.Point.Length).SelectMany(Complaints));

        IEnumerable<string> Complaints(int i)
        {
            var (sum, axis) = (sums[i], f.Axis(i));
            var (derivative, bound) = (f.ByComplexStep(axis), DerivativeLaws.OfGraphs * Math.Max(1e-100, f.Amplification(axis)));
            var count = f.Along(axis, (x, v) => new PathCount(x, (int)v)).Paths;
            var sizes = sum.Largest.Select(path => Math.Abs(path.Contribution)).ToArray();
            if (sum.Count != count) yield return $"{sum.Count} paths lead to x{i} and should be {count}";
            if (sum.Largest.Length != (count < All ? count : All)) yield return $"{sizes.Length} paths to x{i} are listed of {count}";
            if (sizes.Index().Skip(1).Any(path => path.Item > sizes[path.Index - 1])) yield return $"the paths to x{i} do not fall";
            foreach (var path in sum.Largest)
            {
                var product = path.Partials.Aggregate(1.0, (x, y) => x * y);
                foreach (var complaint in Verdict.Unequal("a path's contribution", path.Contribution, product)) yield return complaint;
            }
            if (!f.IsRegular(axis)) yield break;
            foreach (var complaint in Verdict.Apart($"∂f/∂x{i}", sum.Total, derivative, bound)) yield return complaint;
            var total = sum.Largest.Sum(path => path.Contribution) + sum.Rest;
            foreach (var complaint in Verdict.Apart($"∂f/∂x{i}, path by path,", total, derivative, bound)) yield return complaint;
        }
    }

    /// <summary>A short list has the largest paths: no path that is left out contributes more than one that is listed.</summary>
    public static Property ListsTheLargest(RandomFormula f, Func<ScalarFunction, int, ImmutableArray<PathSum>> paths)
    {
        var (few, all) = (paths(f.Studied(), Few), paths(f.Studied(), All));
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, few.Length)
            where all[i].Count <= All
            from pair in few[i].Largest.Zip(all[i].Largest).Index()
            from complaint in Verdict.Unequal(
                $"path {pair.Index} to x{i}", Math.Abs(pair.Item.Item1.Contribution), Math.Abs(pair.Item.Item2.Contribution))
            select complaint);
    }

    /// <summary>A written formula reads back as an expression that is written the same and has the same value to the bit.</summary>
    public static Property ReadsBack(
        RandomFormula f, Func<Expr, ImmutableArray<string>> write, Func<string, Either<Problem, Study.Formula>> read)
    {
        var studied = f.Studied();
        var text = string.Join("; ", write(studied.Expression));
        return read(text).Match(
            Left: problem => Verdict.That(false, problem.Sentence),
            Right: formula =>
            {
                var values = studied.Variables.Zip(studied.Point, (variable, value) => (variable.Name, value)).ToDictionary();
                var function = new ScalarFunction(
                    formula.Expression, formula.Variables, [.. formula.Variables.Select(variable => values[variable.Name])]);
                var again = string.Join("; ", write(formula.Expression));
                return Verdict.NoneOf(
                [
                    .. again == text ? (string[])[] : [$"{text} reads back as {again}"],
                    .. Verdict.Unequal(text, function.Values([function.Expression])[0], studied.Values([studied.Expression])[0]),
                ]);
            });
    }
}
