using LanguageExt;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The time that a run still takes if its steps go on as they did so far.</summary>
/// <param name="from">The number of steps made before.</param>
/// <param name="total">The number of steps of the whole run.</param>
/// <param name="clock">The clock.</param>
internal sealed class TimeLeft(int from, int total, TimeProvider clock)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly long began = clock.GetTimestamp();
    private long told = clock.GetTimestamp();

    /// <summary>The steps that are made, and the time left, as a line.</summary>
    public string Format(int made)
    {
        var seconds = clock.GetElapsedTime(began).TotalSeconds * (total - made) / Math.Max(1, made - from);
        var (hours, minutes) = (Math.Floor(seconds / 3600), Math.Floor(seconds % 3600 / 60));
        return Invariant($"step {made} / {total}, {hours:F0}:{minutes:00}:{Math.Floor(seconds % 60):00} left");
    }

    /// <summary>The same line, at most once a minute.</summary>
    public Option<string> Tell(int made)
    {
        if (clock.GetElapsedTime(told) < BetweenLines) return Option<string>.None;
        told = clock.GetTimestamp();
        return Format(made);
    }
}
