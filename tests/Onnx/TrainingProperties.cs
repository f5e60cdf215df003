using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Export;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>Steps of training by ONNX Runtime, each from the results of the step before.</summary>
public class TrainingProperties
{
    private const int Steps = 5;
    private const double Rate = 0.01;

    private static readonly ImmutableArray<Optimizer> Optimizers =
    [
        new Adam(), new Adam { Clip = 0.1 }, new AdamW(), new AdamW { DecayEmbeddings = true, Clip = 0.1 },
        new Sgd(), new Sgd { Clip = 0.1 }, new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true },
    ];

    [Law(24)]
    public Property Steps_fed_back_are_right_to_double_precision(GptCase model, byte choice) =>
        AreRight(model, Optimizers[choice % Optimizers.Length], new(Precision.Double), Tolerance.OfDouble);

    [Law(24)]
    public Property Steps_fed_back_are_right_to_single_precision(GptCase model, byte choice) =>
        AreRight(model, Optimizers[choice % Optimizers.Length], new(Precision.Single), Tolerance.OfSingle);

    // The expressions of the step are evaluated with the running errors of all steps so far.
    private static Property AreRight(GptCase model, Optimizer optimizer, OnnxRuntimeBackend foreign, double precision)
    {
        var (gpt, gradient) = (model.Model, model.Model.Loss.Backward());
        var step = new OptimizerStep(optimizer, gpt.Variables, [.. gpt.Variables.Select(variable => gradient[variable])]);
        var updated = step.Results.Where(result => result.Variable is not null).ToImmutableArray();
        ImmutableArray<Expr> results = [gpt.Loss, .. updated.Select(result => result.Expression)];
        var start = TrainingState.Start(model.Parameters, optimizer);
        var expected = updated.ToImmutableDictionary(
            result => result.Variable!, result => Initial(result.Variable!).Map(RunningError.Once));
        var found = expected.ToImmutableDictionary(pair => pair.Key.Name, pair => pair.Value.Map(x => x.Plain));
        var train = foreign.CreateStep(gpt, optimizer);
        for (var t = 0; t < Steps; t++)
        {
            var inputs = step.Inputs.Zip(optimizer.Inputs, (variable, input) =>
                KeyValuePair.Create(variable, new Matrix<double>(1, 1, [input.ValueAt(t, Rate)]))).ToImmutableArray();
            var environment = inputs.Aggregate(Environment<RunningError>.Of(model.Batch),
                (bound, input) => bound.With(input.Key, input.Value.Map(RunningError.Once)));
            environment = expected.Aggregate(environment, (bound, pair) => bound.With(pair.Key, pair.Value));
            if (!Tolerance.IsBoundedByRunningError(precision, results, environment)) break;
            var values = Evaluation.Evaluate(results, environment);
            (var loss, found) = train(
                model.Batch, found.AddRange(inputs.Select(input => KeyValuePair.Create(input.Key.Name, input.Value))));
            expected = Enumerable.Range(0, updated.Length).ToImmutableDictionary(k => updated[k].Variable!, k => values[1 + k]);
            var complaints = Apart($"the loss of step {t}", new(1, 1, [loss]), values[0])
                .Concat(expected.SelectMany(pair => Apart($"{pair.Key.Name} after step {t}", found[pair.Key.Name], pair.Value))).ToArray();
            if (complaints is not []) return Verdict.NoneOf(complaints);
        }
        return Verdict.NoneOf([]);

        Matrix<double> Initial(Variable variable) =>
            step.Updates.Select((update, k) => (update, k)).Select(each =>
                each.update.Parameter == variable ? start.Parameters.Matrices(x => x)[each.k]
                : each.update.Slots.IndexOf(variable) is >= 0 and var slot ? start.Slots[slot].Matrices(x => x)[each.k]
                : null).First(matrix => matrix is not null)!;

        IEnumerable<string> Apart(string what, Matrix<double> actual, Matrix<RunningError> numbers) =>
            numbers.Entries.SelectMany((x, i) => Verdict.Apart(what, actual.Entries[i], x.Plain, Tolerance.Bound(precision, x.Error)));
    }
}
