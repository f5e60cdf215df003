using System.Collections.Immutable;
using MicroGpt.Text;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>A name that a model invented, the real ones that are nearest to it, and by how many edits.</summary>
public sealed record NearestNames(string Name, ImmutableArray<string> Nearest, int Distance)
{
    /// <summary>A name beside real ones, of which there is at least one.</summary>
    public static NearestNames Find(IEnumerable<string> real, string name)
    {
        var (nearest, distance) = EditDistance.Nearest(real, name);
        return new(name, nearest, distance);
    }
}

/// <summary>What the model invents.</summary>
internal static class NamesSection
{
    private const int Most = 4;

    /// <summary>The section: a line for each name.</summary>
    public static string Html(ImmutableArray<NearestNames> names, bool areItsOwn) =>
        Table(["invented", "edits", "nearest real names"], names.Select(name => (string[])[Printable(name.Name), $"{name.Distance}", Real(name)]))
        + "<p>Look at the edits, how many characters must be inserted, deleted or replaced to come to a real name: 0 is one that exists, 1 or 2 "
        + $"a variation, and more is an invention. If all were 0, the model would have learned the list by heart.{(areItsOwn ? "" : OtherNames)}</p>\n";

    private const string OtherNames = " The real names here are of another list than the one that the model learned.";

    private static string Real(NearestNames name) =>
        string.Join(", ", name.Nearest.Take(Most).Select(Printable)) + (name.Nearest.Length > Most ? $" and {name.Nearest.Length - Most} more" : "");
}
