using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>
/// The derivative with respect to a variable by four methods, and the bounds that it is guaranteed to be within. The value is null if a
/// method does not apply at the point. The bounds say nothing if they are too wide beside the largest derivative.
/// </summary>
public sealed record DerivativeComparison(
    Variable Variable, double Backward, double ForwardMode, double? ComplexStep, double? FiniteDifferences, Bounds Guaranteed,
    bool SaysNothing)
{
    /// <summary>The comparison for each variable, at the function's point.</summary>
    public static ImmutableArray<DerivativeComparison> Compute(ScalarFunction function)
    {
        var gradient = function.Expression.Backward();
        ImmutableArray<Expr> derivatives = [.. function.Variables.Select(variable => gradient[variable])];
        var (backward, brackets) = (function.Values(derivatives), function.Brackets(derivatives));
        var (atKink, largest) = (IsAtKink(function), Bounds.LargestSize(brackets));
        return
        [
            .. from i in Enumerable.Range(0, function.Variables.Length)
               let axis = function.Axis(i)
               select new DerivativeComparison(
                   function.Variables[i], backward[i], function.ByForwardMode(axis),
                   atKink ? null : IfFinite(function.ByComplexStep(axis)), IfFinite(function.ByFiniteDifferences(axis)?.Derivative),
                   brackets[i], brackets[i].SayNothingOf(largest)),
        ];

        static double? IfFinite(double? derivative) => derivative is { } number && double.IsFinite(number) ? number : null;
    }

    /// <summary>
    /// True at a kink. A function has no derivative there. By convention, backward mode and forward mode return the same value. The complex
    /// step does not apply.
    /// </summary>
    internal static bool IsAtKink(ScalarFunction function)
    {
        var nodes = PostOrder<Expr>.Of(function.Expression).Nodes;
        var valueOf = nodes.Zip(function.Values(nodes)).ToDictionary();
        return nodes.OfType<Application>().Any(node => node.Operation is Elementwise operation && operation.HasKink(
            Neighbours(valueOf[node.Arguments[0]]), Neighbours(node.Arguments.Length > 1 ? valueOf[node.Arguments[1]] : 0)));
    }

    private static (double Below, double Above) Neighbours(double x) => (Math.BitDecrement(x), Math.BitIncrement(x));
}
