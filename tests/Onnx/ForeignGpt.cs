using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Export;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;
using Microsoft.ML.OnnxRuntime;
using static LanguageExt.Prelude;

namespace MicroGpt.Onnx;

/// <summary>The computations of a model by ONNX Runtime, from exported graphs.</summary>
/// <param name="Type">The type of the floating-point numbers.</param>
/// <param name="Change">A change of each graph, for tests that must fail.</param>
public sealed record ForeignGpt(OnnxType Type, Func<OnnxGraph, OnnxGraph> Change)
{
    /// <summary>The computations of the graphs as they are exported.</summary>
    public static ForeignGpt Of(OnnxType type) => new(type, graph => graph);

    /// <summary>The engine of a model.</summary>
    public Engine CreateEngine(LanguageModel model)
    {
        var session = Open(new ModelExport(model, Type, None).Gradient());
        return (parameters, batch, _) =>
        {
            var matrices = model.Variables.Zip(
                parameters.Matrices(x => x), (variable, matrix) => Session.Input(variable.Name, Type, matrix));
            var results = session.Run([.. Documents(model, batch), .. matrices]);
            return (results["loss"][0, 0], new(
                parameters.Table, Parameters.Entries(model.Variables.Select(variable => results[$"gradient.{variable.Name}"]), x => x)));
        };
    }

    /// <summary>The loss of a model on a batch.</summary>
    public double FindLoss(LanguageModel model, Parameters parameters, Inputs batch)
    {
        using var session = Open(new ModelExport(model, Type, parameters).Loss());
        return session.Run(Documents(model, batch))["loss"][0, 0];
    }

    /// <summary>The logits of one document.</summary>
    public Func<IEnumerable<int>, Matrix<double>> CreateLogits(LanguageModel model, Parameters parameters)
    {
        var session = Open(new ModelExport(model, Type, parameters).Logits());
        return tokens => session.Run(Session.Whole("tokens", tokens))["logits"];
    }

    /// <summary>The decoder of a GPT.</summary>
    public Decoder CreateDecoder(Gpt gpt, Parameters parameters)
    {
        var session = Open(GenerationExport.Step(gpt, Type, parameters));
        var (width, names) = (gpt.Configuration.NEmbd, new DecodedPosition(gpt).Cached.Select(cached => cached.Name).ToImmutableArray());
        return new(gpt.Configuration.BlockSize, gpt.Configuration.VocabSize, (cache, token) =>
        {
            var rows = cache.Rows();
            var results = session.Run(
            [
                Session.Whole("token", [token]),
                .. names.Select((name, k) => Session.Input($"past.{name}", Type,
                    Matrix<double>.Of(rows.Length, width, (i, j) => rows[i][k * width + j]))),
            ]);
            return (results["logits"].Entries, cache.With(
                token, [.. names.SelectMany(name => results[$"present.{name}"].Entries.Slice(cache.Length * width, width))]));
        });
    }

    /// <summary>A step of training, from the values of parameters and slots by name to their values after the step, and the loss.</summary>
    public Func<Inputs, ImmutableDictionary<string, Matrix<double>>, (double Loss, ImmutableDictionary<string, Matrix<double>> State)>
        CreateStep(LanguageModel model, Optimizer optimizer)
    {
        var session = Open(new ModelExport(model, Type, None).Training(optimizer));
        return (batch, values) =>
        {
            var results = session.Run([.. Documents(model, batch), .. values.Select(value => Session.Input(value.Key, Type, value.Value))]);
            return (
                results["loss"][0, 0],
                results.Remove("loss").Remove("logits").ToImmutableDictionary(pair => pair.Key["new.".Length..], pair => pair.Value));
        };
    }

    private Session Open(LanguageExt.Validation<Problem, OnnxGraph> graph) => new(Change(graph.OrThrow()));

    private static IEnumerable<NamedOnnxValue> Documents(LanguageModel model, Inputs batch) =>
    [
        .. model.Inputs.Where(input => input != IndexInput.Positions)
            .Select(input => Session.Whole($"{input}".Replace(' ', '_'), batch[input])),
        Session.Whole("lengths", Enumerable.Range(0, batch.Packing.Documents).Select(batch.Packing.LengthOf)),
    ];
}
