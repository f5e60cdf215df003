using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>Something to shuffle, and a seed.</summary>
public sealed record Deck(ImmutableArray<int> Items, int Seed)
{
    public override string ToString() => $"{string.Join(" ", Items)}, seed {Seed}";
}

/// <summary>What to draw from.</summary>
public static class Lotteries
{
    private static readonly Gen<int> Seed = Gen.Choose(0, 1 << 20);

    /// <summary>Weights within two orders of magnitude, so that each is drawn often enough for χ², and zeros between them.</summary>
    public static Arbitrary<Lottery> Any { get; } = Arb.From(
        from first in Weight
        from count in Gen.Choose(0, 7)
        from rest in Gen.Frequency((3, Weight), (1, Gen.Constant(0.0))).ArrayOf(count)
        from place in Gen.Choose(0, count)
        from seed in Seed
        select new Lottery(ImmutableArray.Create(rest).Insert(place, first), seed),
        lottery => lottery.Weights.Length == 1 ? [] : lottery.Weights
            .Select((_, i) => lottery with { Weights = lottery.Weights.RemoveAt(i) })
            .Where(simpler => simpler.Weights.Any(weight => weight > 0)));

    /// <summary>Up to twenty items, some of them alike.</summary>
    public static Arbitrary<Deck> Decks { get; } = Arb.From(
        from count in Gen.Choose(1, 20)
        from items in Gen.Choose(0, 20).ArrayOf(count)
        from seed in Seed
        select new Deck([.. items], seed),
        deck => deck.Items.Length == 1 ? [] : deck.Items.Select((_, i) => deck with { Items = deck.Items.RemoveAt(i) }));

    private static Gen<double> Weight => Reals.Positive(0.1, 10);
}
