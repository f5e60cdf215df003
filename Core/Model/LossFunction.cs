using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>A GPT's loss on a batch as a function of its parameters alone, differentiated where these are.</summary>
public sealed class LossFunction(Gpt gpt, Parameters parameters, Inputs batch) : IDifferentiable
{
    public ImmutableArray<double> Point => parameters.Values;

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> =>
        gpt.Loss.Evaluate(gpt.Bind(Parameters.Matrices(parameters.Configuration, x), batch))[0, 0];
}
