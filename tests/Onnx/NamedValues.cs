using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>A state of training as matrices by the names that the graph of a training step gives them.</summary>
internal static class NamedValues
{
    /// <summary>The parameters and slots of a state, and the inputs of the optimizer's next step.</summary>
    public static ImmutableDictionary<string, Matrix<double>> Of(TrainingState state, Optimizer optimizer, double learningRate) =>
        ((IEnumerable<(string Name, Matrix<double> Value)>)
        [
            .. Named("", state.Parameters), .. state.Slots.SelectMany(slot => Named($"{slot.Name}.", slot)),
            .. optimizer.Inputs.Select(input => (input.Name, new Matrix<double>(1, 1, [input.ValueAt(state.Step, learningRate)]))),
        ]).ToImmutableDictionary(each => each.Name, each => each.Value);

    /// <summary>The state after a step from <paramref name="before"/>.</summary>
    public static TrainingState ToState(ImmutableDictionary<string, Matrix<double>> values, TrainingState before)
    {
        return new(
            before.Parameters with { Values = Entries("") },
            [.. before.Slots.Select(slot => slot with { Values = Entries($"{slot.Name}.") })],
            before.Step + 1);

        ImmutableArray<double> Entries(string prefix) => Parameters.Entries(
            before.Parameters.Table.Definitions.Select(definition => values[prefix + definition.Name]), x => x);
    }

    private static IEnumerable<(string Name, Matrix<double> Value)> Named(string prefix, ParameterValues values) =>
        values.Table.Definitions.Zip(values.Matrices(x => x), (definition, matrix) => (prefix + definition.Name, matrix));
}
