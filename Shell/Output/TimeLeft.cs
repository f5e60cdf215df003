using LanguageExt;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The time that work still takes if its items go on as they did so far, such as the steps of a run.</summary>
/// <param name="item">The name of an item, such as step.</param>
/// <param name="from">The number of items made before.</param>
/// <param name="total">The number of all items.</param>
/// <param name="clock">The clock.</param>
internal sealed class TimeLeft(string item, int from, int total, TimeProvider clock)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly long began = clock.GetTimestamp();
    private long told = clock.GetTimestamp();

    /// <summary>The items that are made, and the time left, as a line.</summary>
    public string Format(int made)
    {
        var seconds = clock.GetElapsedTime(began).TotalSeconds * (total - made) / Math.Max(1, made - from);
        var (hours, minutes) = (Math.Floor(seconds / 3600), Math.Floor(seconds % 3600 / 60));
        return Invariant($"{item} {made} / {total}, {hours:F0}:{minutes:00}:{Math.Floor(seconds % 60):00} left");
    }

    /// <summary>The same line, at most once a minute.</summary>
    public Option<string> Tell(int made)
    {
        if (clock.GetElapsedTime(told) < BetweenLines) return Option<string>.None;
        told = clock.GetTimestamp();
        return Format(made);
    }
}
