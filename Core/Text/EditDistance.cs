using System.Collections.Immutable;

namespace MicroGpt.Text;

/// <summary>How far texts are from one another.</summary>
public static class EditDistance
{
    /// <summary>The fewest insertions, deletions and replacements of characters that make one text the other (Levenshtein, 1966).</summary>
    public static int Between(string a, string b)
    {
        int[] from = [.. a.CodePoints()], to = [.. b.CodePoints()];
        var row = Enumerable.Range(0, to.Length + 1).ToArray(); // from a prefix of a to every prefix of b
        foreach (var character in from)
        {
            var diagonal = row[0]++;
            for (var j = 1; j < row.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j - 1], row[j]) + 1, diagonal + (character == to[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    /// <summary>The texts that are nearest to one, at least one of them, each told once, and how far they are from it.</summary>
    public static (ImmutableArray<string> Texts, int Distance) Nearest(IEnumerable<string> texts, string text)
    {
        var nearest = texts.Distinct().Select(other => (Text: other, Distance: Between(other, text)))
            .GroupBy(other => other.Distance, other => other.Text).MinBy(group => group.Key)
            ?? throw new ArgumentException("There are no texts.", nameof(texts));
        return ([.. nearest], nearest.Key);
    }
}
