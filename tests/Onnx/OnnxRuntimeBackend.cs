using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Export;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Training;
using Microsoft.ML.OnnxRuntime;
using static LanguageExt.Prelude;

namespace MicroGpt.Onnx;

/// <summary>
/// The training step of a model: from parameters, slots and inputs of the optimizer, by name, to the loss and the new values.
/// </summary>
internal delegate (double Loss, ImmutableDictionary<string, Matrix<double>> Values) ForeignStep(
    Inputs batch, ImmutableDictionary<string, Matrix<double>> values);

/// <summary>ONNX Runtime as a backend: it computes everything from exported graphs.</summary>
/// <param name="Precision">The precision of the graphs.</param>
/// <param name="UnitRoundoff">The unit roundoff of the precision.</param>
/// <param name="Change">A change of each graph, for tests that must fail.</param>
internal sealed record OnnxRuntimeBackend(Precision Precision, double UnitRoundoff, Func<OnnxGraph, OnnxGraph> Change)
    : Backend(null, Precision, UnitRoundoff)
{
    /// <summary>The backend of a precision, with the graphs as they are exported.</summary>
    public OnnxRuntimeBackend(Precision precision)
        : this(precision, precision == Precision.Single ? Tolerance.OfSingle : Tolerance.OfDouble, graph => graph)
    {
    }

    /// <summary>The rows of the table of backends: both precisions.</summary>
    public static ImmutableArray<Backend> All { get; } =
        [new OnnxRuntimeBackend(Precision.Double), new OnnxRuntimeBackend(Precision.Single)];

    /// <summary>The type of the floating-point numbers of the graphs.</summary>
    public OnnxType Type => Precision == Precision.Single ? OnnxType.Single : OnnxType.Double;

    protected override string EngineName => "ONNX Runtime";

    public override Engine CreateEngine(LanguageModel model, int documents)
    {
        var session = Open(new ModelExport(model, Type, None).Gradient());
        return (parameters, batch, _) =>
        {
            var results = session.Run([.. Documents(model, batch), .. Matrices(model, parameters)]);
            return (results["loss"][0, 0], new(
                parameters.Table, Parameters.Entries(model.Variables.Select(variable => results[$"gradient.{variable.Name}"]), x => x)));
        };
    }

    // The graph of a step has no norms, so the graph of the gradient computes them.
    public override Trainer CreateTrainer(LanguageModel model, TrainingData data, Optimizer optimizer, int threads, Observer observer)
    {
        var (engine, makeStep) = (CreateEngine(model, data.Schedule.BatchSize), CreateStep(model, optimizer));
        return Trainers.Create(data.Schedule, (state, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = data.BatchAt(state.Step, model);
            var (loss, values) = makeStep(batch, NamedValues.Of(state, optimizer, data.Schedule.RateAt(state.Step)));
            var norms = engine(state.Parameters, batch, cancellation).Gradient.Matrices(x => x)
                .Select(gradient => Math.Sqrt(gradient.Entries.Sum(x => x * x)));
            return (new(loss, [.. norms]), NamedValues.ToState(values, state));
        });
    }

    /// <summary>The training step of a model.</summary>
    public ForeignStep CreateStep(LanguageModel model, Optimizer optimizer)
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

    public override Decoder CreateDecoder(Gpt gpt, Parameters parameters, Observer observer)
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

    public override Decoder CreateDecoder(LanguageModel model, Parameters parameters, Observer observer)
    {
        var session = Open(new ModelExport(model, Type, parameters).Logits());
        return new(model.BlockSize, model.VocabSize, (cache, token) =>
        {
            var next = cache.With(token, []);
            // A document has one more token than positions. No logit depends on the last token, so any token will do.
            var logits = session.Run(Columns(model, Batch.Of(model, [.. next.Tokens(), token]), IndexInput.Targets))["logits"];
            return (logits.Entries.Slice(cache.Length * logits.Columns, logits.Columns), next);
        });
    }

    public override Scorer CreateScorer(LanguageModel model, int threads, Observer observer)
    {
        var session = Open(new ModelExport(model, Type, None).Loss());
        return (parameters, documents, _) => [.. documents.Select(document => Batch.Of(model, document)).Select(batch =>
        {
            var loss = session.Run([.. Documents(model, batch), .. Matrices(model, parameters)])["loss"][0, 0];
            return new Likelihood(-loss * batch.Packing.Positions, batch.Packing.Positions);
        })];
    }

    private Session Open(LanguageExt.Validation<Problem, OnnxGraph> graph) => Session.Of(Change(graph.OrThrow()));

    private IEnumerable<NamedOnnxValue> Matrices(LanguageModel model, Parameters parameters) => model.Variables.Zip(
        parameters.Matrices(x => x), (variable, matrix) => Session.Input(variable.Name, Type, matrix));

    private static IEnumerable<NamedOnnxValue> Documents(LanguageModel model, Inputs batch) =>
    [
        .. Columns(model, batch, except: null),
        Session.Whole("lengths", Enumerable.Range(0, batch.Packing.Documents).Select(batch.Packing.LengthOf)),
    ];

    private static IEnumerable<NamedOnnxValue> Columns(LanguageModel model, Inputs batch, IndexInput? except) =>
        from input in model.Inputs
        where input != IndexInput.Positions && input != except
        select Session.Whole($"{input}".Replace(' ', '_'), batch[input]);
}
