using System.Collections.Immutable;
using MicroGpt.Text;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>A generated name, and the real names nearest to it. The distance counts insertions, deletions and replacements.</summary>
public sealed record NearestNames(string Name, ImmutableArray<string> Nearest, int Distance)
{
    /// <summary>Finds the real names with the smallest edit distance. There must be at least one real name.</summary>
    public static NearestNames Find(IEnumerable<string> real, string name)
    {
        var (nearest, distance) = EditDistance.Nearest(real, name);
        return new(name, nearest, distance);
    }

    public bool Equals(NearestNames? other) =>
        other is not null && Name == other.Name && Distance == other.Distance && Nearest.ContentEquals(other.Nearest);

    public override int GetHashCode() => HashCode.Combine(Name, Distance, Nearest.Length);
}

/// <summary>The report's section about generated names.</summary>
internal static class NamesSection
{
    private const int Most = 4;

    /// <summary>The HTML of a table with a row for each generated name.</summary>
    public static string Html(ImmutableArray<NearestNames> names, bool areTrainingData) =>
        Table(
            ["invented", "edits", "nearest real names"],
            names.Select(name => (string[])[Printable(name.Name), $"{name.Distance}", Real(name)]))
        + "<p>Look at the edits, the characters to insert, delete or replace to get a real name: 0 is a name that exists, 1 or 2 a "
        + "variation, and more an invention. If all were 0, the model would have learned the list by heart."
        + $"{(areTrainingData ? "" : OtherNames)}</p>\n";

    private const string OtherNames = " The real names here are of another list than the one that the model learned.";

    private static string Real(NearestNames name) =>
        string.Join(", ", name.Nearest.Take(Most).Select(Printable))
        + (name.Nearest.Length > Most ? $" and {name.Nearest.Length - Most} more" : "");
}
