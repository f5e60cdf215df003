using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The loss of a batch and its gradient, in whatever way they are computed: an engine is a pure function.</summary>
public delegate (double Loss, Parameters Gradient) Engine(Parameters parameters, Inputs batch);

/// <summary>The engines there are. They differ in how fast they are, and in nothing else but rounding.</summary>
public static class Engines
{
    /// <summary>The original's way, and its numbers to the last bit: a graph of numbers, and backward through it.</summary>
    public static Engine Scalar(Gpt gpt) => (parameters, batch) =>
    {
        var leaves = parameters.Matrices(x => Value<Real>.Variable(new(x)));
        var loss = gpt.Loss.Evaluate(gpt.Bind(leaves, batch))[0, 0];
        var gradient = loss.Backward();
        return (loss.Plain, parameters.With(leaves, leaf => gradient[leaf].Plain));
    };

    /// <summary>The loss and its gradient as expressions, evaluated at plain numbers: what every faster engine has to agree with.</summary>
    public static Engine Expression(Gpt gpt)
    {
        var gradient = gpt.Loss.Backward();
        ImmutableArray<Expr> lossAndGradient = [gpt.Loss, .. gpt.Variables.Select(variable => gradient[variable])];
        return (parameters, batch) =>
        {
            var values = Evaluation.Evaluate(lossAndGradient, gpt.Bind(parameters.Matrices(x => new Real(x)), batch));
            return (values[0][0, 0].Plain, parameters.With(values.Skip(1), x => x.Plain));
        };
    }
}
