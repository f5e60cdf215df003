using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>GPTs of many sizes, with several documents in a batch, and the gradient of their loss.</summary>
public class GptProperties
{
    [Trait("Speed", "Slow")]
    [Law(20)]
    public Property Every_parameter_s_derivative_is_its_complex_step(GptCase model) =>
        GptLaws.IsTheOracle(model, Engines.Expression, Oracles.ByComplexStep);

    [Trait("Speed", "Slow")]
    [Law(10)]
    public Property Every_parameter_s_derivative_is_its_forward_mode(GptCase model) =>
        GptLaws.IsTheOracle(model, Engines.Expression, Oracles.ByForwardMode);

    [Law(100)]
    public Property Unused_rows_of_embeddings_have_the_gradient_zero(GptCase model) =>
        GptLaws.IsZeroForWhatIsUnused(model, Engines.Expression);

    [Law(100)]
    public Property The_gradients_of_the_logits_sum_to_zero(GptCase model) => GptLaws.LogitGradientsSumToZero(model, Engines.Expression);

    [Trait("Speed", "Slow")]
    [Law(100)]
    public Property Renaming_the_tokens_rearranges_the_gradient(GptCase model) =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfTokens(model), Engines.Expression);

    [Law(100)]
    public Property Permuting_the_heads_rearranges_the_gradient(GptCase model) =>
        GptLaws.IsRearrangedWithTheModel(model, Symmetries.OfHeads(model), Engines.Expression);

    [Law(100)]
    public Property A_batch_s_gradient_is_the_mean_of_its_documents(GptCase model) =>
        GptLaws.IsTheMeanOfTheDocuments(model, Engines.Expression);

    [Law(100)]
    public Property A_batch_s_loss_is_the_mean_of_its_documents(GptCase model) =>
        GptLaws.LossIsTheMeanOfTheDocuments(model, Engines.Expression);
}
