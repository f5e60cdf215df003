using System.Diagnostics;
using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>The results of the steps after step `after`, the last one that was reported.</summary>
internal sealed class StepsSinceReport(int after, int batchSize)
{
    // About the time in which a person notices a change of the screen.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(30);

    private readonly long began = Stopwatch.GetTimestamp();
    private readonly List<StepResult> results = [];
    private TimeSpan elapsed;

    /// <summary>Each step with its result. The first step of a run has the number 1.</summary>
    public IEnumerable<(int Step, StepResult Result)> Steps => results.Select((result, i) => (after + 1 + i, result));

    /// <summary>The number of the last step.</summary>
    public int End => after + results.Count;

    /// <summary>True if the steps took long enough for a report.</summary>
    public bool IsLong => elapsed >= Pace;

    /// <summary>True if there is no step.</summary>
    public bool IsEmpty => results.Count == 0;

    /// <summary>The speed of the steps.</summary>
    public double DocumentsPerSecond => (double)results.Count * batchSize / elapsed.TotalSeconds;

    /// <summary>Removes the last step.</summary>
    public void RemoveLast() => results.RemoveAt(results.Count - 1);

    /// <summary>Adds the result of a step that has just ended.</summary>
    public void Add(StepResult result)
    {
        results.Add(result);
        elapsed = Stopwatch.GetElapsedTime(began);
    }
}
