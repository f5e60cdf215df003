using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>A model's loss on a batch, as a function of the parameters. The derivatives are taken at the given parameters.</summary>
public sealed record LossFunction(LanguageModel Model, Parameters Parameters, Inputs Batch) : IDifferentiable
{
    public ImmutableArray<double> Point => Parameters.Values;

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> =>
        Model.Loss.Evaluate(Model.Bind(Parameters.Table.Matrices(x), Batch))[0, 0];

    /// <summary>
    /// Bounds of the rounding errors of the loss and of each of its derivatives, in double precision. The bounds are computed for each
    /// point, because relative errors have no fixed bound. For example, the gradient of a confident model is a difference of nearly
    /// equal numbers.
    /// </summary>
    public (double Loss, ImmutableArray<double> Gradient) Rounding()
    {
        var leaves = Point.Select(x => Value<RunningError>.Variable(RunningError.Once(x))).ToImmutableArray();
        var loss = At(leaves);
        var gradient = loss.Backward();
        return (loss.Primal.Error, [.. leaves.Select(leaf => gradient[leaf].Error)]);
    }
}
