using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroGpt.Properties;

/// <summary>
/// The end of a mutant: a test failed; a test ran on without end, or overflowed the stack; all tests that reach it passed; no test does.
/// </summary>
public enum Fate
{
    Killed,
    Endless,
    Survived,
    Unreached,
}

/// <summary>A mutant of Core that Stryker made.</summary>
/// <param name="Number">The number by which it is made active.</param>
/// <param name="Place">The file, the text that was replaced, and the text in its place, in one line.</param>
public sealed partial record MachineMadeMutant(int Number, string Place)
{
    /// <summary>The mutants that compile, in the JSON report of Stryker.</summary>
    public static ImmutableArray<MachineMadeMutant> Read(string report)
    {
        using var document = JsonDocument.Parse(report);
        return
        [
            .. from file in document.RootElement.GetProperty("files").EnumerateObject()
               let lines = file.Value.GetProperty("source").GetString()!.Split('\n')
               from mutant in file.Value.GetProperty("mutants").EnumerateArray()
               where mutant.GetProperty("status").GetString() is not ("CompileError" or "Ignored")
               let original = Flat(Excerpt(lines, mutant.GetProperty("location")))
               let replacement = Flat(mutant.GetProperty("replacement").GetString()!)
               let number = int.Parse(mutant.GetProperty("id").GetString()!, CultureInfo.InvariantCulture)
               select new MachineMadeMutant(number, $"{NameOf(file.Name)}: {original} -> {replacement}"),
        ];
    }

    /// <summary>
    /// The score, and a line for each mutant that lives without a reason and each reason whose mutant is dead. A line of the reasons is a
    /// place, and after the last “ | ” why its mutant is the same program, or why no law should tell it from Core. Reasons count for the
    /// files that were mutated.
    /// </summary>
    public static (string Score, ImmutableArray<string> Complaints) Judge(
        IReadOnlyCollection<(MachineMadeMutant Mutant, Fate Fate)> fates, IEnumerable<string> reasons)
    {
        var files = fates.Select(pair => FileOf(pair.Mutant.Place)).ToHashSet();
        var explained = reasons.Select(line => line.Split(" | ")).Where(parts => parts.Length > 1)
            .Select(parts => string.Join(" | ", parts[..^1])).Where(place => files.Contains(FileOf(place))).ToHashSet();
        var alive = fates.Where(pair => pair.Fate is Fate.Survived or Fate.Unreached).Select(pair => pair.Mutant.Place).ToHashSet();
        var dead = Count(Fate.Killed) + Count(Fate.Endless);
        return (
            FormattableString.Invariant($"{dead} of {fates.Count} mutants were killed, {100.0 * dead / fates.Count:F1} %: ")
                + $"{Count(Fate.Killed)} by a failure, {Count(Fate.Endless)} by running out of time or stack. "
                + $"{Count(Fate.Survived)} survived, {Count(Fate.Unreached)} were reached by no test; "
                + $"{alive.Intersect(explained).Count()} of them have a reason.",
            [
                .. alive.Except(explained).Order().Select(place => $"survives without a reason: {place}"),
                .. explained.Except(alive).Order().Select(place => $"is killed, and has a reason: {place}"),
            ]);

        int Count(Fate fate) => fates.Count(pair => pair.Fate == fate);
    }

    private static string FileOf(string place) => place.Split(": ")[0];

    // The path below Core.
    private static string NameOf(string path) => path.Replace('\\', '/').Split("/Core/")[^1];

    // The text between two places, which count lines and columns from 1.
    private static string Excerpt(string[] lines, JsonElement location)
    {
        var ((first, from), (last, to)) = (PlaceOf("start"), PlaceOf("end"));
        var text = string.Join('\n', lines[(first - 1)..last]);
        return text[(from - 1)..^(lines[last - 1].Length - (to - 1))];

        (int Line, int Column) PlaceOf(string end) =>
            (location.GetProperty(end).GetProperty("line").GetInt32(), location.GetProperty(end).GetProperty("column").GetInt32());
    }

    private static string Flat(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
