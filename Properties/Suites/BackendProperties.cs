using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>
/// Every backend in the table obeys the same laws, each to its unit roundoff. A derived class puts the backends of another table to them.
/// </summary>
public class BackendProperties
{
    private const int MostDocuments = 3;

    /// <summary>The backends under test.</summary>
    protected virtual ImmutableArray<Backend> Table => Backends.All;

    [Trait("Speed", "Slow")]
    [Law(60)]
    public Property The_engine_is_right_to_its_precision(ModelCase model) =>
        Each(backend => EquivalenceLaws.IsRightToItsPrecision(model, By(backend), backend.UnitRoundoff));

    [Trait("Speed", "Slow")]
    [Law(100)]
    public Property The_gradient_along_any_direction_is_the_complex_step(ModelCase model, Direction v) => Each(model, backend =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(By(backend)), Oracles.ByComplexStep, v, backend.UnitRoundoff));

    [Law(5)]
    public Property Every_parameter_s_derivative_is_its_complex_step(GptCase model) =>
        Each(model, backend => GptLaws.IsTheOracle(model, By(backend), Oracles.ByComplexStep, backend.UnitRoundoff));

    [Law(50)]
    public Property Unused_rows_of_embeddings_have_the_gradient_zero(GptCase model) =>
        Each(backend => GptLaws.IsZeroForWhatIsUnused(model, By(backend)));

    [Law(50)]
    public Property The_gradients_of_the_logits_sum_to_zero(GptCase model) =>
        Each(model, backend => GptLaws.LogitGradientsSumToZero(model, By(backend), backend.UnitRoundoff));

    [Law(50)]
    public Property Renaming_the_tokens_rearranges_the_gradient(GptCase model) => Each(model, backend =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfTokens(model), By(backend), backend.UnitRoundoff));

    [Law(50)]
    public Property Permuting_the_heads_rearranges_the_gradient(GptCase model) => Each(model, backend =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfHeads(model), By(backend), backend.UnitRoundoff));

    [Law(30)]
    public Property Permuting_the_channels_of_the_residual_stream_rearranges_the_gradient(GptCase model) => Each(model, backend =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfChannels(model), By(backend), backend.UnitRoundoff));

    [Law(30)]
    public Property Permuting_the_neurons_rearranges_the_gradient(GptCase model) => Each(model, backend =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfNeurons(model), By(backend), backend.UnitRoundoff));

    [Law(30)]
    public Property Powers_of_two_between_two_matrices_change_no_bit(GptCase model, byte k) =>
        Each(backend => GptLaws.ScalesByPowersOfTwoExactly(model, k % 9 - 4, By(backend)));

    [Law(50)]
    public Property A_batch_s_gradient_is_the_mean_of_its_documents(ModelCase model) =>
        Each(model, backend => GptLaws.IsTheMeanOfTheDocuments(model, By(backend), backend.UnitRoundoff));

    [Law(60)]
    public Property The_likelihood_of_a_document_is_that_of_its_tokens(ModelCase model) => Each(backend =>
        EquivalenceLaws.ScoresToItsPrecision(model, language => backend.CreateScorer(language), backend.UnitRoundoff));

    [Law(60)]
    public Property The_likelihood_of_a_document_does_not_depend_on_the_others(ModelCase model) => Each(backend =>
        EquivalenceLaws.ScoresEachAlone(model, language => backend.CreateScorer(language, threads: 2)));

    [Law(20)]
    public Property Training_goes_on_where_it_stopped(ModelCase model, byte first, byte second) =>
        Each(backend => CompilationLaws.GoesOnWhereItStopped(model, Trainer(backend, model, batchSize: 2), first % 3, second % 3));

    [Law(20)]
    public Property Training_stops_at_the_step_where_its_callback_returns_false(ModelCase model, byte steps, byte more) => Each(backend =>
        CompilationLaws.StopsWhenTheCallbackReturnsFalse(model, Trainer(backend, model, batchSize: 2), 1 + steps % 2, more));

    [Law(20)]
    public Property A_step_is_Adam_s_on_the_engine_s_gradient(ModelCase model, byte batchSize) => Each(backend =>
        StepsAsItsEngine(model, backend, 1 + batchSize % 5));

    [Trait("Speed", "Slow")]
    [Law(20)]
    public Property The_loss_falls_whatever_the_seed(LearnableCase example) =>
        Each(backend => TrainingLaws.LearnsWhatItSees(example.Model, By(backend), Optimizers.Default));

    [Law(60)]
    public Property The_decoder_finds_the_logits(GptCase model) => Each(backend => LogitLaws.AreRightToTheirPrecision(
        model, LogitLaws.Cached((gpt, parameters) => backend.CreateDecoder(gpt, parameters)), backend.UnitRoundoff));

    [Law(60)]
    public Property The_decoder_of_any_model_finds_the_logits(ModelCase model) => Each(backend => LogitLaws.AreRightToTheirPrecision(
        model, LogitLaws.Decoded<ModelCase>(any => backend.CreateDecoder(any.Model, any.Parameters)), backend.UnitRoundoff));

    [Law(20)]
    public Property The_decoder_depends_on_nothing_but_the_cache(GptCase model) => Each(backend =>
        CompilationLaws.AreOfTheCacheAlone(model, (gpt, parameters) => backend.CreateDecoder(gpt, parameters)));

    [Law(10)]
    public Property The_gradient_is_pure(GptCase model) => Each(backend =>
    {
        var (engine, parameters, batch) = (By(backend)(model.Model), model.Parameters, model.Batch);
        return PurityLaws.IsPure(
            () => engine(parameters, batch).Gradient.Values,
            () => $"{Writer.Print(model.Model.Loss)}{PurityLaws.Text(parameters.Values)}");
    });

    private static EngineOf By(Backend backend) => model => backend.CreateEngine(model, MostDocuments);

    internal static Trainer Trainer(Backend backend, ModelCase model, int batchSize, int threads = 2) =>
        backend.CreateTrainer(model.Model, model.Data(600, batchSize), Optimizers.Default, threads);

    internal static Property StepsAsItsEngine(ModelCase model, Backend backend, int batchSize) => CompilationLaws.StepsAs(
        model,
        Trainer(backend, model, batchSize),
        backend.CreateEngine(model.Model, batchSize),
        model.Data(600, batchSize),
        backend.UnitRoundoff);

    /// <summary>A law of each of some backends.</summary>
    internal static Property Each(IEnumerable<Backend> backends, Func<Backend, Property> law) => backends
        .Aggregate(true.ToProperty(), (all, backend) => all.And(law(backend).Label($"by the backend {backend}")));

    private Property Each(Func<Backend, Property> law) => Each(Table, law);

    // Each backend for which running errors bound the effect of rounding.
    private Property Each(ModelCase model, Func<Backend, Property> law) => Each(
        Table.Where(backend => Tolerance.IsBoundedByRunningError(backend.UnitRoundoff, [model.Model.Loss], model.Rounded)), law);
}
