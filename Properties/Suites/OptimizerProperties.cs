using FsCheck;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Optimizers by their definitions, clipping, and training by its loss.</summary>
public class OptimizerProperties
{
    private static readonly AdamW Decaying = new() { WeightDecay = 0.3 };
    private static readonly Sgd Plain = new(), Heavy = new() { Momentum = 0.9 }, Ahead = new() { Momentum = 0.9, Nesterov = true };

    [Law(200)]
    public Property AdamW_follows_its_definition(GradientHistory history) => Follows(history, Decaying, OptimizerDefinitions.AdamW(0.3));

    [Law(200)]
    public Property AdamW_that_decays_embeddings_follows_its_definition(GradientHistory history) =>
        Follows(history, Decaying with { DecayEmbeddings = true }, OptimizerDefinitions.AdamW(0.3, decaysEmbeddings: true));

    [Law(200)]
    public Property AdamW_without_decay_is_Adam_to_the_bit(GradientHistory history) =>
        OptimizerLaws.AreTheSame(history, new AdamW { WeightDecay = 0 }, new Adam());

    [Law(200)]
    public Property Gradient_descent_follows_its_definition(GradientHistory history) =>
        Follows(history, Plain, OptimizerDefinitions.Sgd());

    [Law(200)]
    public Property Momentum_follows_its_definition(GradientHistory history) => Follows(history, Heavy, OptimizerDefinitions.Sgd(0.9));

    [Law(200)]
    public Property Nesterov_s_momentum_follows_its_definition(GradientHistory history) =>
        Follows(history, Ahead, OptimizerDefinitions.Sgd(0.9, nesterov: true));

    [Law(200)]
    public Property The_first_step_of_gradient_descent_is_the_rate_times_the_gradient(GradientHistory history) =>
        OptimizerLaws.StepsByTheGradient(history.Gradients[0], OptimizerUpdates.By(Plain));

    [Law(200)]
    public Property A_clipped_gradient_has_at_most_the_largest_norm(GradientHistory history) =>
        OptimizerLaws.StepsByAtMost(1, history.Gradients[0], OptimizerUpdates.By(Plain with { Clip = 1 }));

    [Law(200)]
    public Property A_gradient_below_the_largest_norm_is_not_changed(GradientHistory history) =>
        OptimizerLaws.AreTheSame(history, Heavy with { Clip = 1e9 }, Heavy);

    [Trait("Speed", "Slow")]
    [Law(20)]
    public Property The_loss_falls_by_AdamW_whatever_the_seed(LearnableCase example) => Learns(example, new AdamW());

    [Trait("Speed", "Slow")]
    [Law(20)]
    public Property The_loss_falls_by_gradient_descent_whatever_the_seed(LearnableCase example) => Learns(example, Plain);

    [Trait("Speed", "Slow")]
    [Law(20)]
    public Property The_loss_falls_by_momentum_whatever_the_seed(LearnableCase example) => Learns(example, Ahead);

    private static Property Follows(GradientHistory history, Optimizer optimizer, Definition definition) =>
        OptimizerLaws.Follows(history, optimizer, OptimizerUpdates.By(optimizer), definition);

    private static Property Learns(LearnableCase example, Optimizer optimizer) =>
        TrainingLaws.LearnsWhatItSees(example.Model, Engines.Expression, optimizer);
}
