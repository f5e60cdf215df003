using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>The values of a training step, by ONNX Runtime and by Core's plain loops with their running errors.</summary>
/// <param name="Name">The name of a parameter or slot, or loss.</param>
/// <param name="Found">The values by ONNX Runtime.</param>
/// <param name="Expected">The values by plain loops.</param>
internal sealed record ComparedValues(string Name, Matrix<double> Found, Matrix<RunningError> Expected);

/// <summary>Steps of training by ONNX Runtime, each from the results of the step before.</summary>
internal static class FedBackSteps
{
    private const double Rate = 0.01;

    /// <summary>
    /// Makes steps on all documents of a model. Each step is compared with the expressions of the step, evaluated with the running errors
    /// of all steps so far. The flag is false if these do not bound the effect of rounding, as at a kink.
    /// </summary>
    public static IEnumerable<(bool IsBounded, ImmutableArray<ComparedValues> Values)> Run(
        ModelCase model, Optimizer optimizer, OnnxRuntimeBackend foreign)
    {
        var (gpt, gradient) = (model.Model, model.Model.Loss.Backward());
        var step = new OptimizerStep(optimizer, gpt.Variables, [.. gpt.Variables.Select(variable => gradient[variable])]);
        var updated = step.Results.Where(result => result.Variable is not null).ToImmutableArray();
        ImmutableArray<Expr> results = [gpt.Loss, .. updated.Select(result => result.Expression)];
        var start = NamedValues.Of(TrainingState.Start(model.Parameters, optimizer), optimizer, Rate);
        var expected = updated.Select(result => start[result.Variable!.Name].Map(RunningError.Once)).ToImmutableArray();
        var found = updated.ToImmutableDictionary(result => result.Variable!.Name, result => start[result.Variable!.Name]);
        var train = foreign.CreateStep(gpt, optimizer);
        for (var t = 0; ; t++)
        {
            var inputs = step.Inputs.Zip(optimizer.Inputs, (variable, input) =>
                (Variable: variable, Value: new Matrix<double>(1, 1, [input.ValueAt(t, Rate)]))).ToImmutableArray();
            var environment = Environment<RunningError>.Of(model.Batch);
            foreach (var (variable, value) in inputs) environment = environment.With(variable, value.Map(RunningError.Once));
            for (var k = 0; k < updated.Length; k++) environment = environment.With(updated[k].Variable!, expected[k]);
            var isBounded = Tolerance.IsBoundedByRunningError(foreign.UnitRoundoff, results, environment);
            var values = Evaluation.Evaluate(results, environment);
            (var loss, found) = train(
                model.Batch, found.AddRange(inputs.Select(input => KeyValuePair.Create(input.Variable.Name, input.Value))));
            expected = values[1..];
            yield return (isBounded,
            [
                new("loss", new(1, 1, [loss]), values[0]),
                .. updated.Select((result, k) => new ComparedValues(result.Variable!.Name, found[result.Variable!.Name], values[1 + k])),
            ]);
        }
    }
}
