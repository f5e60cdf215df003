using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Export;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>ONNX Runtime obeys the laws of an engine, in both precisions.</summary>
public class GptProperties
{
    [Law(40)]
    public Property Loss_and_gradient_are_right_to_their_precision(GptCase model) =>
        Each((foreign, precision) => EquivalenceLaws.IsRightToItsPrecision(model, foreign.CreateEngine, precision));

    [Law(20)]
    public Property The_gradient_along_any_direction_is_the_complex_step(GptCase model, Direction v) => Each(model, (foreign, precision) =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(foreign.CreateEngine), Oracles.ByComplexStep, v, precision));

    [Law(20)]
    public Property Unused_rows_of_embeddings_have_the_gradient_zero(GptCase model) =>
        Each((foreign, _) => GptLaws.IsZeroForWhatIsUnused(model, foreign.CreateEngine));

    [Law(20)]
    public Property The_gradients_of_the_logits_sum_to_zero(GptCase model) => Each(model, (foreign, precision) =>
        GptLaws.LogitGradientsSumToZero(model, foreign.CreateEngine, precision));

    [Law(20)]
    public Property A_batch_s_gradient_is_the_mean_of_its_documents(GptCase model) => Each(model, (foreign, precision) =>
        GptLaws.IsTheMeanOfTheDocuments(model, foreign.CreateEngine, precision));

    [Law(40)]
    public Property The_loss_alone_is_right_to_its_precision(GptCase model) => Each(model, (foreign, precision) => Verdict.NoneOf(
        Verdict.Apart("the loss", foreign.FindLoss(model.Model, model.Parameters, model.Batch), model.By(Engines.Scalar).Loss,
            Tolerance.Bound(precision, model.Loss.Rounding().Loss))));

    [Law(40)]
    public Property Logits_of_a_context_are_right_to_their_precision(GptCase model) => Each((foreign, precision) =>
        LogitLaws.AreRightToTheirPrecision(model, Contexts(foreign), precision));

    [Law(40)]
    public Property Logits_step_by_step_are_right_to_their_precision(GptCase model) => Each((foreign, precision) =>
        LogitLaws.AreRightToTheirPrecision(model, LogitLaws.Cached(foreign.CreateDecoder), precision));

    // Each document by itself.
    private static Logits<GptCase> Contexts(ForeignGpt foreign) => model =>
    {
        var logits = foreign.CreateLogits(model.Model, model.Parameters);
        var (tokens, packing) = (model.Batch[IndexInput.Tokens], model.Batch.Packing);
        return new(packing.Positions, model.Configuration.VocabSize, [.. Enumerable.Range(0, packing.Documents)
            .SelectMany(d => logits(tokens.Slice(packing.Starts[d], packing.LengthOf(d))).Entries)]);
    };

    private static Property Each(Func<ForeignGpt, double, Property> law) =>
        law(ForeignGpt.Of(OnnxType.Double), Tolerance.OfDouble).Label("in double precision")
            .And(law(ForeignGpt.Of(OnnxType.Single), Tolerance.OfSingle).Label("in single precision"));

    // The precisions in which running errors bound the effect of rounding.
    private static Property Each(GptCase model, Func<ForeignGpt, double, Property> law) => Each((foreign, precision) =>
        Tolerance.IsBoundedByRunningError(precision, [model.Model.Loss], model.Rounded) ? law(foreign, precision) : Verdict.NoneOf([]));
}
