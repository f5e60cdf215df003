using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The compiled engine obeys every law of gradients that the expression engine obeys.</summary>
public class CompiledEngineProperties
{
    private const int MostDocuments = 3;

    private static readonly Func<Gpt, Engine> Double = gpt => CompiledEngine.Compile<double>(gpt, MostDocuments);
    private static readonly Func<Gpt, Engine> Single = gpt => CompiledEngine.Compile<float>(gpt, MostDocuments);

    [Trait("Speed", "Slow")]
    [Law(100)]
    public Property The_engine_is_right_to_double_precision(GptCase model) =>
        EquivalenceLaws.IsRightToItsPrecision(model, Double, Tolerance.OfDouble);

    [Trait("Speed", "Slow")]
    [Law(100)]
    public Property The_engine_is_right_to_single_precision(GptCase model) =>
        EquivalenceLaws.IsRightToItsPrecision(model, Single, Tolerance.OfSingle);

    [Trait("Speed", "Slow")]
    [Law(200)]
    public Property The_gradient_along_any_direction_is_the_complex_step(GptCase model, Direction v) =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(Double), Oracles.ByComplexStep, v);

    [Law(5)]
    public Property Every_parameter_s_derivative_is_its_complex_step(GptCase model) =>
        GptLaws.IsTheOracle(model, Double, Oracles.ByComplexStep);

    [Law(50)]
    public Property Unused_rows_of_embeddings_have_the_gradient_zero(GptCase model) => GptLaws.IsZeroForWhatIsUnused(model, Double);

    [Law(50)]
    public Property The_gradients_of_the_logits_sum_to_zero(GptCase model) => GptLaws.LogitGradientsSumToZero(model, Double);

    [Law(50)]
    public Property Renaming_the_tokens_rearranges_the_gradient(GptCase model) =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfTokens(model), Double);

    [Law(50)]
    public Property Permuting_the_heads_rearranges_the_gradient(GptCase model) =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfHeads(model), Double);

    [Law(50)]
    public Property A_batch_s_gradient_is_the_mean_of_its_documents(GptCase model) => GptLaws.IsTheMeanOfTheDocuments(model, Double);
}
