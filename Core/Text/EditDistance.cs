using System.Collections.Immutable;

namespace MicroGpt.Text;

/// <summary>The edit distance: how few edits of single characters turn one text into another.</summary>
public static class EditDistance
{
    /// <summary>The least number of insertions, deletions and replacements of characters that turn a into b (Levenshtein, 1966).</summary>
    public static int Between(string a, string b)
    {
        int[] from = [.. a.CodePoints()], to = [.. b.CodePoints()];
        var row = Enumerable.Range(0, to.Length + 1).ToArray(); // The row holds the distances from one prefix of a to each prefix of b.
        foreach (var character in from)
        {
            var diagonal = row[0]++;
            for (var j = 1; j < row.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j - 1], row[j]) + 1, diagonal + (character == to[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    /// <summary>
    /// The distinct texts at the least distance from <paramref name="text"/>, and that distance. An
    /// <see cref="ArgumentException"/> is thrown if there are no texts.
    /// </summary>
    public static (ImmutableArray<string> Texts, int Distance) Nearest(IEnumerable<string> texts, string text)
    {
        var nearest = texts.Distinct().Select(other => (Text: other, Distance: Between(other, text)))
            .GroupBy(other => other.Distance, other => other.Text).MinBy(group => group.Key)
            ?? throw new ArgumentException("There are no texts.", nameof(texts));
        return ([.. nearest], nearest.Key);
    }
}
