using FsCheck;

namespace MicroGpt.Properties;

/// <summary>Draws and shuffles.</summary>
public class ChanceProperties
{
    [Law(100)]
    public Property Choices_are_drawn_by_weight(Lottery lottery) =>
        ChanceLaws.DrawsByWeight(lottery, (random, weights) => random.Choices(weights.AsSpan()));

    [Law(1000)]
    public Property A_shuffle_keeps_every_item(Deck deck) =>
        ChanceLaws.KeepsEveryItem(deck.Items, deck.Seed, (random, items) => random.Shuffle(items));

    [Law(20)]
    public Property A_shuffle_gives_every_place_the_same_chance(Deck deck) =>
        ChanceLaws.GivesEveryPlaceTheSameChance(deck.Items.Length, deck.Seed, (random, items) => random.Shuffle(items));
}
