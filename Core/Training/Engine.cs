using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>An engine: a pure function from parameters and a batch to the loss of the batch and its gradient.</summary>
/// <exception cref="OperationCanceledException">The computation is cancelled, and has no result.</exception>
public delegate (double Loss, Gradient Gradient) Engine(Parameters parameters, Inputs batch, CancellationToken cancellation = default);

/// <summary>The reference engines. Engines differ only in speed and rounding.</summary>
public static class Engines
{
    /// <summary>The engine of the Python original: a graph of numbers and its backward pass. Results have the original's bits.</summary>
    public static Engine Scalar(LanguageModel model) => (parameters, batch, cancellation) =>
    {
        var leaves = parameters.Matrices(x => Value<Real>.Variable(new(x)));
        var loss = model.Loss.Evaluate(model.Bind(leaves, batch), cancellation)[0, 0];
        var gradient = loss.Backward(cancellation);
        return (loss.Plain, new(parameters.Table, Parameters.Entries(leaves, leaf => gradient[leaf].Plain)));
    };

    /// <summary>The engine that evaluates the expressions of the loss and its gradient. Every faster engine must agree with it.</summary>
    public static Engine Expression(LanguageModel model)
    {
        var gradient = model.Loss.Backward();
        ImmutableArray<Expr> lossAndGradient = [model.Loss, .. model.Variables.Select(variable => gradient[variable])];
        return (parameters, batch, cancellation) =>
        {
            var values = Evaluation.Evaluate(lossAndGradient, model.Bind(parameters.Matrices(x => new Real(x)), batch), cancellation);
            return (values[0][0, 0].Plain, new(parameters.Table, Parameters.Entries(values.Skip(1), x => x.Plain)));
        };
    }
}
