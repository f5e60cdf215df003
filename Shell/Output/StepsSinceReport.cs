using System.Diagnostics;
using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>Steps that nobody was told of yet, after a step that somebody was.</summary>
internal sealed class StepsSinceReport(int after, int batchSize)
{
    // About as long as a person takes to see that the screen has changed.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(30);

    private readonly long began = Stopwatch.GetTimestamp();
    private readonly List<StepResult> findings = [];
    private TimeSpan elapsed;

    /// <summary>The steps, the first being 1, and what each of them found.</summary>
    public IEnumerable<(int Step, StepResult Finding)> Steps => findings.Select((finding, i) => (after + 1 + i, finding));

    /// <summary>The last of the steps.</summary>
    public int End => after + findings.Count;

    /// <summary>Whether it is time to tell of them.</summary>
    public bool IsLong => elapsed >= Pace;

    /// <summary>Whether there is nothing to tell of.</summary>
    public bool IsEmpty => findings.Count == 0;

    /// <summary>How fast they were made.</summary>
    public double DocumentsPerSecond => (double)findings.Count * batchSize / elapsed.TotalSeconds;

    /// <summary>Adds a step, when it is made.</summary>
    public void Add(StepResult finding)
    {
        findings.Add(finding);
        elapsed = Stopwatch.GetElapsedTime(began);
    }
}
