using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Generation;

/// <summary>Documents in the order of their bits per character, the most first.</summary>
/// <param name="Ranked">The index and the likelihood of each document that is kept. Of equal ones, the earlier stands first.</param>
/// <param name="Total">The likelihood of all documents together, those that are not kept included.</param>
/// <param name="Count">The number of all documents.</param>
public sealed record Ranking(ImmutableArray<(int Index, Likelihood Likelihood)> Ranked, Likelihood Total, int Count)
{
    /// <summary>
    /// Ranks documents by their likelihoods, and keeps the first <paramref name="most"/>. The likelihoods are read once, in order, and no
    /// more than <paramref name="most"/> are in memory, in a heap.
    /// </summary>
    public static Ranking Compute(IEnumerable<Likelihood> likelihoods, int most)
    {
        var (kept, total, count) = (new PriorityQueue<(int, Likelihood), (double Bits, int Before)>(), default(Likelihood), 0);
        foreach (var likelihood in likelihoods)
        {
            kept.Enqueue((count, likelihood), (likelihood.BitsPerCharacter, -count));
            if (kept.Count > most) kept.Dequeue();
            (total, count) = (total + likelihood, count + 1);
        }
        var ranked = new (int, Likelihood)[kept.Count];
        for (var i = ranked.Length - 1; i >= 0; i--) ranked[i] = kept.Dequeue();
        return new([.. ranked], total, count);
    }

    public override string ToString() => FormattableString.Invariant($"{Ranked.Length} of {Count} documents, {Total}");

    public bool Equals(Ranking? other) =>
        other is not null && Total == other.Total && Count == other.Count && Ranked.ContentEquals(other.Ranked);

    public override int GetHashCode() => HashCode.Combine(Total, Count, Ranked.Length);
}
