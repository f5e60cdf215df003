using FsCheck;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>All engines compute the same GPT.</summary>
public class EquivalenceProperties
{
    [Law(100)]
    public Property A_loss_has_one_value_at_every_kind_of_number(GptCase model) => EquivalenceLaws.HasOneValue(model.Loss);

    [Law(100)]
    public Property An_expression_has_one_value_at_every_kind_of_number(MatrixFormula m) => EquivalenceLaws.HasOneValue(m);

    [Law(100)]
    public Property The_scalar_engine_finds_the_loss(GptCase model) => EquivalenceLaws.FindsTheLoss(model, Engines.Scalar);

    [Law(100)]
    public Property The_expression_engine_finds_the_loss(GptCase model) => EquivalenceLaws.FindsTheLoss(model, Engines.Expression);

    [Law(100)]
    public Property Held_out_documents_have_a_mean_per_token_and_one_per_document(GptCase model) =>
        EquivalenceLaws.AveragesTokensAndDocuments(model, MeanLosses.Average);

    // Of Core's backends only: the order of a foreign engine's sums may depend on the number of rows.
    [Law(30)]
    public Property The_loss_of_a_document_does_not_depend_on_its_neighbour(GptCase model) => BackendProperties.Each(
        Backends.All, backend => GptLaws.LossDoesNotDependOnNeighbours(
            model, language => backend.CreateEngine(language, documents: 2), backend.UnitRoundoff));

    // To twelve digits: both add the same terms in different orders.
    [Law(100)]
    public Property The_gradient_map_is_the_scalar_graph_s_gradient(GptCase model) =>
        EquivalenceLaws.FindTheSameGradient(model, Engines.Expression, Engines.Scalar, 1e-12);

    // To the bit: cached rows are copies, and the order of computation within a row does not depend on other rows.
    [Law(100)]
    public Property Kept_keys_and_values_change_no_logit(GptCase model) =>
        LogitLaws.AreTheSame(model, LogitLaws.Cached(Decoder.Of), LogitLaws.AtOnce);

    [Law(100)]
    public Property Logits_look_only_back(GptCase model) => LogitLaws.LookOnlyBack(model, LogitLaws.AtOnce);

    [Law(100)]
    public Property Logits_ignore_other_documents(GptCase model) => LogitLaws.IgnoreOtherDocuments(model, LogitLaws.AtOnce);
}
