using FsCheck;

namespace MicroGpt.Properties;

/// <summary>Draws and shuffles.</summary>
public class ChanceProperties
{
    [Law(100)]
    public Property Choices_are_drawn_by_weight(WeightedChoice choice) =>
        ChanceLaws.DrawsByWeight(choice, (random, weights) => random.Choices(weights.AsSpan()));

    [Law(1000)]
    public Property A_shuffle_keeps_every_item(ShuffleInput input) =>
        ChanceLaws.KeepsEveryItem(input.Items, input.Seed, (random, items) => random.Shuffle(items));

    [Law(20)]
    public Property A_shuffle_gives_every_place_the_same_chance(ShuffleInput input) =>
        ChanceLaws.GivesEveryPlaceTheSameChance(input.Items.Length, input.Seed, (random, items) => random.Shuffle(items));
}
