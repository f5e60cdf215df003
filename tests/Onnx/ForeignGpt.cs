using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Export;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;
using Microsoft.ML.OnnxRuntime;

namespace MicroGpt.Onnx;

/// <summary>The computations of a GPT by ONNX Runtime, from exported graphs.</summary>
/// <param name="Type">The type of the floating-point numbers.</param>
/// <param name="Change">A change of each graph, for tests that must fail.</param>
public sealed record ForeignGpt(OnnxType Type, Func<OnnxGraph, OnnxGraph> Change)
{
    /// <summary>The computations of the graphs as they are exported.</summary>
    public static ForeignGpt Of(OnnxType type) => new(type, graph => graph);

    /// <summary>The engine of a GPT.</summary>
    public Engine CreateEngine(Gpt gpt)
    {
        var session = Open(Export(gpt).Gradient());
        return (parameters, batch, _) =>
        {
            var results = session.Run([.. Documents(batch), .. Matrices("", gpt, parameters)]);
            return (results["loss"][0, 0], new(parameters.Table,
                Parameters.Entries(gpt.Model.Variables.Select(variable => results[$"gradient.{variable.Name}"]), x => x)));
        };
    }

    /// <summary>The loss of a GPT on a batch.</summary>
    public double FindLoss(Gpt gpt, Parameters parameters, Inputs batch)
    {
        using var session = Open((Export(gpt) with { Parameters = parameters }).Loss());
        return session.Run(Documents(batch))["loss"][0, 0];
    }

    /// <summary>The logits of one document.</summary>
    public Func<IEnumerable<int>, Matrix<double>> CreateLogits(Gpt gpt, Parameters parameters)
    {
        var session = Open((Export(gpt) with { Parameters = parameters }).Logits());
        return tokens => session.Run(Session.Whole("tokens", tokens))["logits"];
    }

    /// <summary>The decoder of a GPT.</summary>
    public Decoder CreateDecoder(Gpt gpt, Parameters parameters)
    {
        var session = Open((Export(gpt) with { Parameters = parameters }).Step());
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
        CreateStep(Gpt gpt, Optimizer optimizer)
    {
        var session = Open(Export(gpt).Training(optimizer));
        return (batch, values) =>
        {
            var results = session.Run([.. Documents(batch), .. values.Select(value => Session.Input(value.Key, Type, value.Value))]);
            return (
                results["loss"][0, 0],
                results.Remove("loss").ToImmutableDictionary(pair => pair.Key["new.".Length..], pair => pair.Value));
        };
    }

    private GptExport Export(Gpt gpt) => new(gpt, Type, LanguageExt.Option<Parameters>.None);

    private Session Open(LanguageExt.Validation<Problem, OnnxGraph> graph) => new(Change(graph.OrThrow()));

    private static IEnumerable<NamedOnnxValue> Documents(Inputs batch) =>
    [
        Session.Whole("tokens", batch[IndexInput.Tokens]), Session.Whole("targets", batch[IndexInput.Targets]),
        Session.Whole("lengths", Enumerable.Range(0, batch.Packing.Documents).Select(batch.Packing.LengthOf)),
    ];

    private IEnumerable<NamedOnnxValue> Matrices(string prefix, Gpt gpt, ParameterValues values) =>
        gpt.Model.Variables.Zip(values.Matrices(x => x), (variable, matrix) => Session.Input(prefix + variable.Name, Type, matrix));
}
