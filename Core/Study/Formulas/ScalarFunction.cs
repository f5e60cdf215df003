using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using static LanguageExt.Prelude;

namespace MicroGpt.Study;

/// <summary>A scalar function of variables, each [1, 1], and a point: one value for each variable.</summary>
public sealed record ScalarFunction(Expr Expression, ImmutableArray<Variable> Variables, ImmutableArray<double> Point) : IDifferentiable
{
    /// <summary>The function of a formula at the point <paramref name="values"/>, or all problems with these values.</summary>
    public static Validation<Problem, ScalarFunction> Of(Formula formula, ImmutableArray<(string Name, double Value)> values)
    {
        var names = formula.Variables.Select(variable => variable.Name).ToArray();
        var given = values.Select(value => value.Name).ToArray();
        return (
            HaveValues([.. names.Except(given)]),
            given.Except(names).Sequence(name => Fail<Problem, Unit>(new Problem(formula.Definitions.Contains(name)
                ? $"--at gives {name} a value, but the formula defines {name}; leave out one of the two."
                : $"--at gives {name} a value, but the formula has no {name}; "
                    + $"{(names is [] ? "it has no names" : $"its names are {List(names)}")}."))),
            given.CountBy(name => name).Where(count => count.Value > 1).Sequence(count => Fail<Problem, Unit>(new Problem(
                $"--at gives {count.Key} {count.Value} values; give it one."))))
            .Apply((_, _, _) => new ScalarFunction(
                formula.Expression, formula.Variables, [.. names.Select(name => values.First(value => value.Name == name).Value)]));
    }

    private static Validation<Problem, Unit> HaveValues(string[] missing) => missing is []
        ? unit
        : new Problem($"{List(missing)} {(missing is [_] ? "has" : "have")} no value; "
            + $"add {string.Join(" ", missing.Select(name => $"--at {name}=1"))}, with values of your own.");

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => Values([Expression], x)[0];

    /// <summary>The values of the expressions if the function's variables have the values x.</summary>
    public ImmutableArray<T> Values<T>(ImmutableArray<Expr> expressions, ImmutableArray<T> x) where T : IEvaluated<T>
    {
        var environment = Enumerable.Range(0, x.Length).Aggregate(
            Environment<T>.Of(Inputs.None), (bound, i) => bound.With(Variables[i], new(1, 1, [x[i]])));
        return [.. Evaluation.Evaluate(expressions, environment).Select(value => value[0, 0])];
    }

    /// <summary>The values of the expressions if the function's variables have the values of the function's point.</summary>
    public ImmutableArray<double> Values(ImmutableArray<Expr> expressions) =>
        [.. Values(expressions, [.. Point.Select(x => new Real(x))]).Select(value => value.Plain)];

    /// <summary>
    /// The bounds that the values of the expressions at the function's point, exact or computed, are guaranteed to be within (see
    /// <see cref="Interval"/>).
    /// </summary>
    public ImmutableArray<Bounds> Brackets(ImmutableArray<Expr> expressions) =>
        [.. Values(expressions, [.. Point.Select(Interval.Constant)]).Select(value => value.Bounds)];

    /// <summary>The gradient: one simplified expression for each variable.</summary>
    public ImmutableArray<Expr> Gradient()
    {
        var gradient = Expression.Backward();
        return Simplification.Simplify([.. Variables.Select(variable => gradient[variable])]);
    }

    /// <summary>The Hessian. Row i is the simplified gradient of entry i of the gradient.</summary>
    public ImmutableArray<ImmutableArray<Expr>> Hessian()
    {
        var rows = Gradient().Select(entry => entry.Backward());
        var entries = Simplification.Simplify([.. rows.SelectMany(row => Variables.Select(variable => row[variable]))]);
        return [.. entries.Chunk(Math.Max(1, Variables.Length)).Select(row => row.ToImmutableArray())];
    }

    private static string List(string[] names) => names is [var only] ? only : $"{string.Join(", ", names[..^1])} and {names[^1]}";

    public bool Equals(ScalarFunction? other) =>
        other is not null && Expression == other.Expression && Variables.ContentEquals(other.Variables) && Point.ContentEquals(other.Point);

    public override int GetHashCode() => HashCode.Combine(Expression, Variables.Length, Point.Length);
}
