using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroGpt.Properties;

/// <summary>A mutant of Core that Stryker made, and what became of it.</summary>
/// <param name="Place">The file, the text that was replaced, and the text in its place, in one line.</param>
/// <param name="Status">Killed, Timeout, Survived or NoCoverage. All others are no mutants: they do not compile, or are ignored.</param>
public sealed partial record MachineMadeMutant(string Place, string Status)
{
    /// <summary>True if no test noticed the mutant.</summary>
    public bool IsAlive => Status is "Survived" or "NoCoverage";

    /// <summary>The mutants in the JSON report of a run of Stryker.</summary>
    public static ImmutableArray<MachineMadeMutant> Read(string report)
    {
        using var document = JsonDocument.Parse(report);
        return
        [
            .. from file in document.RootElement.GetProperty("files").EnumerateObject()
               let lines = file.Value.GetProperty("source").GetString()!.Split('\n')
               from mutant in file.Value.GetProperty("mutants").EnumerateArray()
               let status = mutant.GetProperty("status").GetString()!
               where status is "Killed" or "Timeout" or "Survived" or "NoCoverage"
               let original = Flat(Excerpt(lines, mutant.GetProperty("location")))
               let replacement = Flat(mutant.GetProperty("replacement").GetString()!)
               select new MachineMadeMutant($"{NameOf(file.Name)}: {original} -> {replacement}", status),
        ];
    }

    /// <summary>
    /// The score, and a line for each mutant that lives without a reason and each reason whose mutant is dead. A line of the reasons is a
    /// place, and after “ | ” why its mutant is the same program, or no law should tell it from Core. Reasons count for the files that were
    /// mutated.
    /// </summary>
    public static (string Score, ImmutableArray<string> Complaints) Judge(
        ImmutableArray<MachineMadeMutant> mutants, IEnumerable<string> reasons)
    {
        var files = mutants.Select(mutant => mutant.Place.Split(": ")[0]).ToHashSet();
        var explained = reasons.Where(line => line.Contains(" | ")).Select(line => line.Split(" | ")[0])
            .Where(place => files.Contains(place.Split(": ")[0])).ToHashSet();
        var alive = mutants.Where(mutant => mutant.IsAlive).Select(mutant => mutant.Place).ToHashSet();
        var (dead, all) = (mutants.Count(mutant => !mutant.IsAlive), mutants.Length);
        return (
            FormattableString.Invariant($"{dead} of {all} mutants were killed, {100.0 * dead / all:F1} %. ")
                + $"{alive.Intersect(explained).Count()} survivors have a reason.",
            [
                .. alive.Except(explained).Order().Select(place => $"survives without a reason: {place}"),
                .. explained.Except(alive).Order().Select(place => $"is killed, and has a reason: {place}"),
            ]);
    }

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
