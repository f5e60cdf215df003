using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>A derivative by four ways that know little of one another; none where a way has nothing to say.</summary>
public sealed record DerivativeComparison(Variable Variable, double Backward, double ForwardMode, double? ComplexStep, double? FiniteDifferences)
{
    /// <summary>What they say of each variable.</summary>
    public static ImmutableArray<DerivativeComparison> Compute(ScalarFunction function)
    {
        var gradient = function.Expression.Backward();
        var backward = function.Values([.. function.Variables.Select(variable => gradient[variable])]);
        var atKink = IsAtKink(function);
        return
        [
            .. from i in Enumerable.Range(0, function.Variables.Length)
               let axis = function.Axis(i)
               select new DerivativeComparison(
                   function.Variables[i], backward[i], function.ByForwardMode(axis), atKink ? null : function.ByComplexStep(axis),
                   function.ByFiniteDifferences(axis) is { Derivative: var difference } && double.IsFinite(difference) ? difference : null),
        ];
    }

    // Where relu or step bends there is no derivative, and 0 is a convention that backward and forward mode share.
    private static bool IsAtKink(ScalarFunction function) =>
        function.Values([.. from node in PostOrder<Expr>.Of(function.Expression).Nodes.OfType<Application>()
                            where node.Operation is Pointwise<Relu> or Pointwise<Step>
                            select node.Arguments[0]]).Contains(0);
}
