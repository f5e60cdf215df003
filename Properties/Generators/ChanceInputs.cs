using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>The weights of a draw, some of them zero, and a seed.</summary>
public sealed record WeightedChoice(ImmutableArray<double> Weights, int Seed)
{
    public override string ToString() => FormattableString.Invariant($"weights {string.Join(" ", Weights)}, seed {Seed}");
}

/// <summary>The items of a shuffle, and a seed.</summary>
public sealed record ShuffleInput(ImmutableArray<int> Items, int Seed)
{
    public override string ToString() => $"{string.Join(" ", Items)}, seed {Seed}";
}

/// <summary>Generators of the inputs of draws and shuffles.</summary>
public static class ChanceInputs
{
    private static readonly Gen<int> Seed = Gen.Choose(0, 1 << 20);

    /// <summary>One to eight weights, some zero, the others within two orders of magnitude: each is drawn often enough for χ².</summary>
    public static Arbitrary<WeightedChoice> Choices { get; } = Arb.From(
        from first in Weight
        from count in Gen.Choose(0, 7)
        from rest in Gen.Frequency((3, Weight), (1, Gen.Constant(0.0))).ArrayOf(count)
        from place in Gen.Choose(0, count)
        from seed in Seed
        select new WeightedChoice(ImmutableArray.Create(rest).Insert(place, first), seed),
        choice => choice.Weights.Length == 1 ? [] : choice.Weights
            .Select((_, i) => choice with { Weights = choice.Weights.RemoveAt(i) })
            .Where(simpler => simpler.Weights.Any(weight => weight > 0)));

    /// <summary>One to twenty items, some of them equal.</summary>
    public static Arbitrary<ShuffleInput> Shuffles { get; } = Arb.From(
        from count in Gen.Choose(1, 20)
        from items in Gen.Choose(0, 20).ArrayOf(count)
        from seed in Seed
        select new ShuffleInput([.. items], seed),
        input => input.Items.Length == 1 ? [] : input.Items.Select((_, i) => input with { Items = input.Items.RemoveAt(i) }));

    private static Gen<double> Weight => Reals.Positive(0.1, 10);
}
