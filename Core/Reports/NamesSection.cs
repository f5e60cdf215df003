using System.Collections.Immutable;
using static System.FormattableString;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Reports;

/// <summary>The report's section about generated names.</summary>
internal static class NamesSection
{
    private const int Most = 4;

    /// <summary>
    /// The HTML of a table with a row for each generated name, or each block of running text; and the share of them that stands in the
    /// data, between that of new documents, <paramref name="repetition"/>, and that of documents learned by heart.
    /// </summary>
    public static string Html(ImmutableArray<NearestNames> names, double repetition, bool areTrainingData, bool isRunningText) =>
        isRunningText ? RunningText(names, repetition, areTrainingData) : Documents(names, repetition, areTrainingData);

    private static string RunningText(ImmutableArray<NearestNames> blocks, double repetition, bool areTrainingData)
    {
        var (all, copied) = (blocks.Sum(block => block.Name.Length), blocks.Sum(block => block.Name.Length - block.Distance));
        return Table(
            ["invented", "longest stretch that stands in the data", "its length"],
            blocks.Select(block => (string[])[Printable(block.Name), Real(block), $"{block.Name.Length - block.Distance}"]))
            + Invariant($"<p>Look at the lengths: of {all} characters, {copied} stand in the longest stretches, {Percent(copied, all)}. ")
            + Invariant($"Blocks of the text itself, compared with the rest of it, come to {repetition:P0}; a model that had learned the ")
            + $"text by heart, to all.{(areTrainingData ? "" : OtherText)}</p>\n";
    }

    private static string Documents(ImmutableArray<NearestNames> names, double repetition, bool areTrainingData)
    {
        var copies = names.Count(name => name.IsCopy);
        return Table(
            ["invented", "edits", "nearest real names"],
            names.Select(name => (string[])[Printable(name.Name), $"{name.Distance}", Real(name)]))
            + "<p>Look at the edits, the characters to insert, delete or replace to get a real name: 0 is a name that exists, 1 or 2 a "
            + "variation, and more an invention. "
            + $"{copies} of {names.Length} are whole documents of the list, {Percent(copies, names.Length)}. "
            + Invariant($"Of new documents from the same source, {repetition:P0} would be, as so many stand in the list more than once; ")
            + $"learned by heart, all would be.{(areTrainingData ? "" : OtherNames)}</p>\n";
    }

    private static string Percent(int part, int whole) => Invariant($"{(double)part / whole:P0}");

    private const string OtherNames = " The real names here are of another list than the one that the model learned.";

    private const string OtherText = " The text here is another than the one that the model learned.";

    private static string Real(NearestNames name) =>
        string.Join(", ", name.Nearest.Take(Most).Select(Printable))
        + (name.Nearest.Length > Most ? $" and {name.Nearest.Length - Most} more" : "");
}
