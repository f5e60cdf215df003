using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>An operation reports the side of a kink on which a number lies, so that no finite difference is taken across it.</summary>
public static class KinkLaws
{
    private const int Halvings = 40;
    private const double Jump = 1e-3, Pole = 1e6;

    private static readonly ImmutableArray<double> Grid = [-2.3, -0.7, 0.9, 1.6];

    /// <summary>A kink of a function that its branches do not report, if one is found between points of a grid; else null.</summary>
    public static string? UnreportedKink(Function function) => (
        from i in Enumerable.Range(0, function.Arity)
        from rest in Grid
        from low in Grid
        from high in Grid
        where low < high
        let kink = Narrowed(x => Along(function, i, rest, x), low, high)
        where kink is { } found && Branches(function, i, rest, found.Low) == Branches(function, i, rest, found.High)
        select $"{function} has a kink at x{i} = {kink.Value.Low} that it does not report").FirstOrDefault();

    // Bisection towards the half in which value and derivative change more. A change that is left at the end is a jump.
    private static (double Low, double High)? Narrowed(Func<double, (double Value, double Derivative)> f, double low, double high)
    {
        for (var n = 0; n < Halvings; n++)
        {
            var middle = (low + high) / 2;
            (low, high) = Change(f(low), f(middle)) > Change(f(middle), f(high)) ? (low, middle) : (middle, high);
        }
        return Change(f(low), f(high)) is > Jump and < Pole ? (low, high) : null;
    }

    private static double Change((double Value, double Derivative) x, (double Value, double Derivative) y) =>
        Math.Abs(x.Value - y.Value) + Math.Abs(x.Derivative - y.Derivative);

    // The value, and the derivative with respect to argument i by complex step, which uses no rule of the operation.
    private static (double Value, double Derivative) Along(Function function, int i, double rest, double x)
    {
        var y = function.Apply(Arguments(function, i, ComplexStep.Constant(rest), ComplexStep.Off(x, 1)));
        return (y.Plain, y.Derivative);
    }

    private static ulong Branches(Function function, int i, double rest, double x) =>
        function.Apply(Arguments(function, i, BranchTrace.Constant(rest), BranchTrace.Constant(x))).Branches;

    private static ImmutableArray<T> Arguments<T>(Function function, int i, T rest, T x) =>
        [.. Enumerable.Range(0, function.Arity).Select(k => k == i ? x : rest)];
}
