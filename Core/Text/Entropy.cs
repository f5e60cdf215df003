using System.Runtime.InteropServices;

namespace MicroGpt.Text;

/// <summary>
/// The entropy of a corpus, in nats per token, counted on it: the loss of the best table of probabilities. A model whose loss is not lower
/// has learned no more than the table holds.
/// </summary>
/// <param name="Single">The entropy of a token, -Σ p(b)·log p(b): the loss of a table of single characters.</param>
/// <param name="Pairs">The entropy of a token given the one before, -Σ p(a, b)·log p(b | a): the loss of a table of pairs.</param>
public sealed record Entropy(double Single, double Pairs)
{
    private const int Bos = 0x110000; // the number after the last code point

    /// <summary>
    /// Counts the tokens that are predicted: the characters of each document and the BOS after them. Of running text, all but the first.
    /// </summary>
    public static Entropy Count(Corpus corpus)
    {
        var pairs = new Dictionary<(int Before, int Next), long>();
        foreach (var document in corpus.Documents)
        {
            var before = corpus.Split.IsRunningText ? default(int?) : Bos;
            foreach (var character in document.EnumerateRunes()) before = Add(before, character.Value);
            if (!corpus.Split.IsRunningText) Add(before, Bos);
        }
        var total = pairs.Values.Sum();
        var (single, first, both) = (
            SumOfLogs(pairs.GroupBy(pair => pair.Key.Next, pair => pair.Value).Select(counts => counts.Sum())),
            SumOfLogs(pairs.GroupBy(pair => pair.Key.Before, pair => pair.Value).Select(counts => counts.Sum())),
            SumOfLogs(pairs.Values));
        return total == 0 ? new(0, 0) : new(Math.Log(total) - single / total, (first - both) / total);

        int Add(int? before, int next)
        {
            if (before is { } known) CollectionsMarshal.GetValueRefOrAddDefault(pairs, (known, next), out _)++;
            return next;
        }
    }

    public override string ToString() => FormattableString.Invariant($"{Single:F4} nats for a token, {Pairs:F4} after the one before");

    // Σ c·log c
    private static double SumOfLogs(IEnumerable<long> counts) => counts.Sum(count => count * Math.Log(count));
}
