using System.Collections.Immutable;
using MicroGpt.Text;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>
/// A generated name, and the real names nearest to it. The distance counts insertions, deletions and replacements. Of running text, the
/// nearest is the longest stretch that also stands in the data, and the distance the number of other characters.
/// </summary>
public sealed record NearestNames(string Name, ImmutableArray<string> Nearest, int Distance)
{
    /// <summary>True if the name is a whole document of the data, and was generated to its end.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Finds the longest stretch of a text that stands in the data, the first of several.</summary>
    public static NearestNames FindStretch(string data, string text)
    {
        var (start, length) = (0, 0);
        for (var i = 0; i + length < text.Length; i++)
            while (i + length < text.Length && data.Contains(text[i..(i + length + 1)], StringComparison.Ordinal))
                (start, length) = (i, length + 1);
        return new(text, [text[start..(start + length)]], text.Length - length);
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

/// <summary>The report's section about generated names.</summary>
internal static class NamesSection
{
    private const int Most = 4;

    /// <summary>The HTML of a table with a row for each generated name, or each block of running text.</summary>
    public static string Html(ImmutableArray<NearestNames> names, bool areTrainingData, bool isRunningText) =>
        isRunningText ? RunningText(names, areTrainingData) : Documents(names, areTrainingData);

    private static string RunningText(ImmutableArray<NearestNames> blocks, bool areTrainingData) =>
        Table(
            ["invented", "longest stretch that stands in the data", "its length"],
            blocks.Select(block => (string[])[Printable(block.Name), Real(block), $"{block.Name.Length - block.Distance}"]))
        + $"<p>Look at the lengths: of {blocks.Sum(block => block.Name.Length)} characters, "
        + $"{blocks.Sum(block => block.Name.Length - block.Distance)} stand in the longest stretches. A model that had learned the text by "
        + $"heart would copy all.{(areTrainingData ? "" : OtherText)}</p>\n";

    private static string Documents(ImmutableArray<NearestNames> names, bool areTrainingData) =>
        Table(
            ["invented", "edits", "nearest real names"],
            names.Select(name => (string[])[Printable(name.Name), $"{name.Distance}", Real(name)]))
        + "<p>Look at the edits, the characters to insert, delete or replace to get a real name: 0 is a name that exists, 1 or 2 a "
        + "variation, and more an invention. "
        + $"{names.Count(name => name.IsCopy)} of {names.Length} are whole documents of the list; learned by heart, all would be."
        + $"{(areTrainingData ? "" : OtherNames)}</p>\n";

    private const string OtherNames = " The real names here are of another list than the one that the model learned.";

    private const string OtherText = " The text here is another than the one that the model learned.";

    private static string Real(NearestNames name) =>
        string.Join(", ", name.Nearest.Take(Most).Select(Printable))
        + (name.Nearest.Length > Most ? $" and {name.Nearest.Length - Most} more" : "");
}
