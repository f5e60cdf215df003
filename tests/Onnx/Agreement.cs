using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Export;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Onnx;

/// <summary>The table of agreement: operations by family, and the computations of the default model on four names.</summary>
internal static class Agreement
{
    private const int Steps = 10;

    private static readonly BatchCase Batch = new([3, 1, 4], 0, new(2, 5), HeadSize: 2, Vocabulary: 4, [0, 3, 1, 3, 2, 2, 0, 1]);

    // Numbers between 0.5 and 2, a third of them negative.
    private static readonly Direction Numbers =
        new([.. Enumerable.Range(0, 61).Select(i => (0.5 + 1.5 * (i * 37 % 61) / 61) * (i % 3 == 1 ? -1 : 1))]);

    private static readonly GptCase Model = new(
        Models.Configuration(16, 4, 1, 16, 27),
        [.. ((string[])["emma", "olivia", "ava", "isabella"]).Select(name =>
            ImmutableArray.Create([26, .. name.Select(c => c - 'a'), 26]))],
        seed: 42, scale: 1);

    /// <summary>The head of the table.</summary>
    public const string Head =
        "| computation | written | simplified | exported | double, of largest | of bound | single, of largest | of bound |\n"
        + "| --- | --- | --- | --- | --- | --- | --- | --- |";

    /// <summary>The rows.</summary>
    public static IEnumerable<AgreementRow> Rows =>
    [
        .. from entry in Catalogue.All(Batch)
           where ExportArbitraries.IsMapped(entry.Operation.GetType())
           group entry by FamilyOf(entry.Operation) into family
           select OfOperations(family.Key, [.. family]),
        OfModel("loss", [Model.Model.Loss], Export.Loss(), backend =>
        {
            var loss = MeanLosses.Average(backend.CreateScorer(Model.Model)(Model.Parameters, Model.Documents)).PerDocument;
            return [new("loss", Scalar(loss), Value(Model.Model.Loss))];
        }),
        OfModel("loss and gradient", [Model.Model.Loss, .. Gradient], Export.Gradient(), backend =>
        {
            var (loss, gradient) = backend.CreateEngine(Model.Model, Model.Documents.Length)(Model.Parameters, Model.Batch);
            return
            [
                new("loss", Scalar(loss), Value(Model.Model.Loss)),
                .. gradient.Matrices(x => x).Zip(Gradient, (found, expected) => new ComparedValues("gradient", found, Value(expected))),
            ];
        }),
        OfModel("logits of a text", [Model.Logits], Export.Logits(),
            backend => [Logits(backend.CreateDecoder(Model.Model, Model.Parameters))]),
        OfModel("logits step by step", [Position.Logits, .. Position.Extended], GenerationExport.Step(Model.Gpt, OnnxType.Double, None),
            backend => [Logits(backend.CreateDecoder(Model.Gpt, Model.Parameters))]),
        .. from optimizer in (Optimizer[])[new Adam(), new AdamW(), new Sgd { Momentum = 0.9, Nesterov = true }] select OfSteps(optimizer),
    ];

    private static ModelExport Export => new(Model.Model, OnnxType.Double, None);

    private static DecodedPosition Position => new(Model.Gpt);

    private static ImmutableArray<Expr> Gradient =>
        Model.Model.Loss.Backward() is var gradient ? [.. Model.Model.Variables.Select(variable => gradient[variable])] : [];

    private static Matrix<double> Scalar(double value) => new(1, 1, [value]);

    private static Matrix<RunningError> Value(Expr expression) => expression.Evaluate(Model.Rounded);

    private static ComparedValues Logits(Decoder decoder) =>
        new("logits", LogitLaws.Decoded<GptCase>(_ => decoder)(Model), Value(Model.Logits));

    // Operations alone, each on the largest matrices that fit it.
    private static AgreementRow OfOperations(string family, ImmutableArray<CatalogueEntry> entries)
    {
        var expressions = entries.Select(entry => Catalogue
            .Fitting(Batch.Shapes, shape => shape, entry.Arity, shapes => entry.Operation.Fits(shapes, Batch))
            .Select(entry.Of).Where(expression => !ExportLaws.Lacks(expression, Batch))
            .MaxBy(expression => expression.Arguments.Sum(x => x.Shape.Rows.In(Batch.Packing) * x.Shape.Columns))!).ToImmutableArray();
        return new(
            family, expressions.Length, CountOperations(Simplification.Simplify([.. expressions])),
            expressions.Sum(expression => CountOperators(ForeignEvaluation.Export([expression], OnnxType.Double).Graph)),
            Compare(OnnxType.Double, Tolerance.OfDouble), Compare(OnnxType.Single, Tolerance.OfSingle));

        Difference Compare(OnnxType type, double precision) => Difference.Of(
            expressions.Select(expression => new ComparedValues(
                expression.Operation.Name,
                ForeignEvaluation.Evaluate([expression], ExportLaws.Bind(expression, Batch, Numbers, type, x => new Real(x)), type)[0],
                expression.Evaluate(ExportLaws.Bind(expression, Batch, Numbers, type, RunningError.Once)))),
            precision);
    }

    private static AgreementRow OfModel(
        string what, ImmutableArray<Expr> written, Validation<Problem, OnnxGraph> exported,
        Func<Backend, IEnumerable<ComparedValues>> compare) => Row(what, written, exported, backend => Difference.Of(
            compare(backend), backend.UnitRoundoff,
            Tolerance.IsBoundedByRunningError(backend.UnitRoundoff, [Model.Model.Loss], Model.Rounded)));

    private static AgreementRow OfSteps(Optimizer optimizer)
    {
        var step = new OptimizerStep(optimizer, Model.Model.Variables, Gradient);
        return Row(
            $"{Steps} steps of {optimizer.Name}",
            [Model.Model.Loss, .. step.Results.Where(result => result.Variable is not null).Select(result => result.Expression)],
            Export.Training(optimizer),
            backend =>
            {
                var steps = FedBackSteps.Run(Model, optimizer, backend).Take(Steps).ToArray();
                var bounded = steps.TakeWhile(made => made.IsBounded).ToArray();
                return Difference.Of(steps[^1].Values, backend.UnitRoundoff) with
                {
                    OfBound = bounded.Max(made => Difference.Of(made.Values, backend.UnitRoundoff).OfBound),
                    BoundedSteps = bounded.Length,
                };
            });
    }

    private static AgreementRow Row(
        string what, ImmutableArray<Expr> written, Validation<Problem, OnnxGraph> exported,
        Func<OnnxRuntimeBackend, Difference> compare) => new(
            what, CountOperations(written), CountOperations(Simplification.Simplify(written)), CountOperators(exported.OrThrow()),
            compare(new(Precision.Double)), compare(new(Precision.Single)));

    private static int CountOperations(ImmutableArray<Expr> expressions) =>
        PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Application>().Count();

    // Without the nodes that only give outputs their names.
    private static int CountOperators(OnnxGraph graph) => graph.Nodes.Length - graph.Outputs.Length;

    private static string FamilyOf(Operation operation) => operation switch
    {
        Elementwise => "elementwise operations",
        TimesTranspose or Times or TransposeTimes => "products of matrices",
        SumGroups or RepeatGroups or LargestOfGroups => "groups of columns",
        Gather or ScatterAdd or Pick or Place => "rows and columns by index",
        Scores or Mix or Spread or Mask or Rotate => "causal attention",
        _ => "rows of documents",
    };
}
