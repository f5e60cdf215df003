using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A scalar as a function of its variables, each [1, 1], and where it is looked at.</summary>
public sealed record ScalarFunction(Expr Expression, ImmutableArray<Variable> Variables, ImmutableArray<double> Point) : IDifferentiable
{
    /// <summary>A formula where each of its names has a value; or what is wrong with the values that are given.</summary>
    public static Validation<Problem, ScalarFunction> Of(Formula formula, ImmutableArray<(string Name, double Value)> values)
    {
        var names = formula.Variables.Select(variable => variable.Name).ToArray();
        var given = values.Select(value => value.Name).ToArray();
        Problem[] problems =
        [
            .. names.Except(given).ToArray() is { Length: > 0 } missing
                ? [new($"{List(missing)} {(missing is [_] ? "has" : "have")} no value; "
                    + $"add {string.Join(" ", missing.Select(name => $"--at {name}=1"))}, with values of your own.")]
                : Array.Empty<Problem>(),
            .. given.Except(names).Select(name => new Problem(
                $"--at gives {name} a value, but the formula has no {name}; {(names is [] ? "it has no names" : $"its names are {List(names)}")}.")),
            .. given.CountBy(name => name).Where(count => count.Value > 1).Select(count => new Problem(
                $"--at gives {count.Key} {count.Value} values; give it one.")),
        ];
        return problems is []
            ? new ScalarFunction(
                formula.Expression, formula.Variables, [.. names.Select(name => values.First(value => value.Name == name).Value)])
            : Validation<Problem, ScalarFunction>.Fail(problems.ToSeq());
    }

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => Values([Expression], x)[0];

    /// <summary>The values of expressions in the same variables.</summary>
    public ImmutableArray<T> Values<T>(ImmutableArray<Expr> expressions, ImmutableArray<T> x) where T : IEvaluated<T>
    {
        var environment = Enumerable.Range(0, x.Length).Aggregate(
            Environment<T>.Of(Inputs.None), (bound, i) => bound.With(Variables[i], new(1, 1, [x[i]])));
        return [.. Evaluation.Evaluate(expressions, environment).Select(value => value[0, 0])];
    }

    /// <summary>Their values as plain numbers where the function is looked at.</summary>
    public ImmutableArray<double> Values(ImmutableArray<Expr> expressions) =>
        [.. Values(expressions, [.. Point.Select(x => new Real(x))]).Select(value => value.Plain)];

    /// <summary>The gradient as simplified expressions, one for each variable.</summary>
    public ImmutableArray<Expr> Gradient()
    {
        var gradient = Expression.Backward();
        return Simplification.Simplify([.. Variables.Select(variable => gradient[variable])]);
    }

    /// <summary>The Hessian, row by row: the gradient of each entry of the gradient, simplified.</summary>
    public ImmutableArray<ImmutableArray<Expr>> Hessian()
    {
        var rows = Gradient().Select(entry => entry.Backward());
        var entries = Simplification.Simplify([.. rows.SelectMany(row => Variables.Select(variable => row[variable]))]);
        return [.. entries.Chunk(Math.Max(1, Variables.Length)).Select(row => row.ToImmutableArray())];
    }

    private static string List(string[] names) => names is [var one] ? one : $"{string.Join(", ", names[..^1])} and {names[^1]}";
}
