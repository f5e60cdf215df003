using System.Collections.Immutable;
using MicroGpt.Text;

namespace MicroGpt.Reports;

/// <summary>
/// A generated name, and the real names nearest to it. The distance counts insertions, deletions and replacements. Of running text, the
/// nearest is the longest stretch that also stands in the data, and the distance the number of other characters.
/// </summary>
public sealed record NearestNames(string Name, ImmutableArray<string> Nearest, int Distance)
{
    /// <summary>True if the name is a whole document of the data, and was generated to its end.</summary>
    public bool IsCopy { get; init; }

    /// <summary>
    /// Finds the longest stretch of a text that stands in the data outside of the range <paramref name="without"/>, the first of several.
    /// </summary>
    public static NearestNames FindStretch(string data, string text, Range without = default)
    {
        var (before, after) = (data[..without.Start], data[without.End..]);
        var (start, length) = (0, 0);
        for (var i = 0; i + length < text.Length; i++)
            while (i + length < text.Length && Stands(text[i..(i + length + 1)]))
                (start, length) = (i, length + 1);
        return new(text, [text[start..(start + length)]], text.Length - length);

        bool Stands(string stretch) =>
            before.Contains(stretch, StringComparison.Ordinal) || after.Contains(stretch, StringComparison.Ordinal);
    }

    /// <summary>Finds the real names with the smallest edit distance. There must be at least one real name.</summary>
    public static NearestNames Find(IEnumerable<string> real, string name)
    {
        var (nearest, distance) = EditDistance.Nearest(real, name);
        return new(name, nearest, distance);
    }

    public bool Equals(NearestNames? other) =>
        other is not null && Name == other.Name && Distance == other.Distance && IsCopy == other.IsCopy
        && Nearest.ContentEquals(other.Nearest);

    public override int GetHashCode() => HashCode.Combine(Name, Distance, Nearest.Length);
}
