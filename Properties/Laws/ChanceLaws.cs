using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>A draw of an index in proportion to its weight: under test.</summary>
public delegate (int Value, PythonRandom Next) Draw(PythonRandom random, ImmutableArray<double> weights);

/// <summary>A shuffle: under test.</summary>
public delegate (ImmutableArray<int> Value, PythonRandom Next) Shuffle(PythonRandom random, ImmutableArray<int> items);

/// <summary>Laws of draws and shuffles. The recorded runs show that the random bits are CPython's.</summary>
public static class ChanceLaws
{
    private const int Draws = 10_000;

    // -ln 1e-9: a right sampler fails once in 10⁹ runs.
    private const double Doubt = 20.72;

    /// <summary>
    /// Pearson's χ² of many draws stays below a bound that chance exceeds with p &lt; 1e-9: k + 2√(kt) + 2t with k degrees of freedom
    /// and t = -ln p (Laurent and Massart, 2000). Nothing of weight zero is drawn.
    /// </summary>
    public static Property DrawsByWeight(WeightedChoice choice, Draw draw)
    {
        var (weights, total) = (choice.Weights, choice.Weights.Sum());
        var drawn = PythonRandom.Seed(choice.Seed).Repeat(Draws, random => draw(random, weights)).Value.CountBy(i => i).ToDictionary();
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

    /// <summary>A shuffle returns the same items, each as often.</summary>
    public static Property KeepsEveryItem(ImmutableArray<int> items, int seed, Shuffle shuffle) => Verdict.That(
        shuffle(PythonRandom.Seed(seed), items).Value.Order().SequenceEqual(items.Order()), "other items came of it");

    /// <summary>A shuffle is uniform: the new place of the first item is distributed as a draw by equal weights.</summary>
    public static Property GivesEveryPlaceTheSameChance(int count, int seed, Shuffle shuffle) => DrawsByWeight(
        new([.. Enumerable.Repeat(1.0, count)], seed),
        (random, weights) =>
        {
            var (items, next) = shuffle(random, [.. Enumerable.Range(0, weights.Length)]);
            return (items.IndexOf(0), next);
        });
}
