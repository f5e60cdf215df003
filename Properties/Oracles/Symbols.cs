using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>The gradient of an expression as expressions: what is under test.</summary>
public delegate GradientMap<Variable, Expr> Transformation(Expr scalar);

/// <summary>Formulas of numbers by way of expressions, each leaf a variable [1, 1].</summary>
public static class Symbols
{
    /// <summary>The value of a scalar expression where its variables have these values.</summary>
    public static double Evaluate(Expr scalar, ImmutableArray<Variable> variables, ImmutableArray<double> point) =>
        scalar.Evaluate(Bound(variables, point))[0, 0].Plain;

    /// <summary>The gradient of a formula by transforming its expression.</summary>
    public static ImmutableArray<double> Gradient(this Formula f, Transformation backward)
    {
        var variables = f.Point.Select((_, i) => new Variable($"x{i}", Shape.Scalar)).ToImmutableArray();
        var gradient = backward(f.Nodes<Expr>([.. variables])[^1]);
        var values = Evaluation.Evaluate([.. variables.Select(variable => gradient[variable])], Bound(variables, f.Point));
        return [.. values.Select(value => value[0, 0].Plain)];
    }

    private static Environment<Real> Bound(ImmutableArray<Variable> variables, ImmutableArray<double> point) =>
        Enumerable.Range(0, point.Length).Aggregate(Environment<Real>.Of(Inputs.None), (bound, i) =>
            bound.With(variables[i], new(1, 1, [new Real(point[i])])));
}
