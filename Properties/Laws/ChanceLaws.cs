using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>A draw of an index, as likely as its weight: what is under test.</summary>
public delegate (int Value, PythonRandom Next) Draw(PythonRandom random, ImmutableArray<double> weights);

/// <summary>A shuffle: what is under test.</summary>
public delegate (ImmutableArray<int> Value, PythonRandom Next) Shuffle(PythonRandom random, ImmutableArray<int> items);

/// <summary>Weights, some of them zero, and a seed.</summary>
public sealed record Lottery(ImmutableArray<double> Weights, int Seed)
{
    public override string ToString() => FormattableString.Invariant($"weights {string.Join(" ", Weights)}, seed {Seed}");
}

/// <summary>What draws obey, however they are made of random bits. That the bits are CPython's, its own figures tell.</summary>
public static class ChanceLaws
{
    private const int Draws = 10_000;

    // -ln 1e-9: a right sampler is called wrong once in a thousand million times.
    private const double Doubt = 20.72;

    /// <summary>
    /// Pearson's χ² of many draws stays below a bound that chance exceeds with p &lt; 1e-9: k + 2√(kt) + 2t with k degrees of freedom
    /// and t = -ln p (Laurent and Massart, 2000). Nothing of weight zero is drawn.
    /// </summary>
    public static Property DrawsByWeight(Lottery lottery, Draw draw)
    {
        var (weights, total) = (lottery.Weights, lottery.Weights.Sum());
        var drawn = PythonRandom.Seed(lottery.Seed).Repeat(Draws, random => draw(random, weights)).Value.CountBy(i => i).ToDictionary();
        var possible = Enumerable.Range(0, weights.Length).Where(i => weights[i] > 0).ToArray();
        var chiSquare = possible.Sum(i =>
        {
            var expected = Draws * weights[i] / total;
            return Math.Pow(drawn.GetValueOrDefault(i) - expected, 2) / expected;
        });
        var freedom = possible.Length - 1;
        return Verdict.NoneOf(
        [
            .. from i in drawn.Keys.Except(possible) select $"{i} was drawn, whose weight is 0",
            .. Verdict.Apart("χ²", chiSquare, 0, freedom + 2 * Math.Sqrt(freedom * Doubt) + 2 * Doubt),
        ]);
    }

    /// <summary>A shuffle neither loses an item nor makes one.</summary>
    public static Property KeepsEveryItem(ImmutableArray<int> items, int seed, Shuffle shuffle) => Verdict.That(
        shuffle(PythonRandom.Seed(seed), items).Value.Order().SequenceEqual(items.Order()), "other items came of it");

    /// <summary>Every item is as likely in every place: the place of the first is drawn as if by equal weights.</summary>
    public static Property GivesEveryPlaceTheSameChance(int count, int seed, Shuffle shuffle) => DrawsByWeight(
        new([.. Enumerable.Repeat(1.0, count)], seed),
        (random, weights) =>
        {
            var (items, next) = shuffle(random, [.. Enumerable.Range(0, weights.Length)]);
            return (items.IndexOf(0), next);
        });
}
