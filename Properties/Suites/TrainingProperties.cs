using FsCheck;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Adam by its definition, and training by its loss.</summary>
public class TrainingProperties
{
    [Law(500)]
    public Property Adam_follows_its_definition(GradientHistory history) =>
        TrainingLaws.IsAdam(history.Gradients, OptimizerUpdates.By(new Adam()));

    [Law(500)]
    public Property Adam_has_the_bits_of_the_original(GradientHistory history) =>
        TrainingLaws.HasTheBitsOfTheOriginal(history.Gradients, OptimizerUpdates.By(new Adam()));

    [Law(500)]
    public Property The_first_step_is_the_rate_times_the_sign(GradientHistory history) =>
        TrainingLaws.StepsByTheSignFirst(history.Gradients[0], OptimizerUpdates.By(new Adam()));
}
